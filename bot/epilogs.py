"""What `--help` adds below a command's options. Loads nothing."""

from __future__ import annotations

POSTS = """\
A post is one of:
  huddle-agenda            the agenda of the next huddle of each series
  huddle-agenda:TITLE      the same, of the series with this title
  huddle-check             “Held or not held?” of the last huddle
  weekly-reminder          what is due and late, to the team's channel
  digest                   the weekly digest, to each person who gets it
  concern-batch            the notice to those who read concerns; a copy releases none
  said-preview             “You said, we did”, for those who read concerns to look at; nobody else sees it
"""

FAULTS = """\
LIST is all, none, or some of these with commas between them; the same seed prints the same:
  rate-limit   429 with Retry-After 1, 30, 3600, without one, or with one that is no number
  server       500 with plain text, 503 with HTML, JSON that breaks off, the message stored or not
  reset        connections that are never made, or break before or after the message is stored
  slow         answers that take seconds, and answers that come too late
  refused      ok:false with codes that Slack documents
  outage       minutes or hours in which every call fails
  archive      a team's channel is archived, and opened again up to three days later
  revoke       a workspace's token is revoked, and good again hours later
  no-history   every other workspace did not give the permission to read history
  duplicate    what people do reaches the bot up to four times within minutes, also over a restart
  kill         the process dies at random, and starts again at once, hours or days later
"""
