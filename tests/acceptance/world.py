"""The made-up workspace of the acceptance tests. Names, clinics and people exist nowhere else."""

from __future__ import annotations

from bot.local_slack import App, Channel, Person, World

BOT = App()
LEAD = Person("U0ANA", "ana", "Ana Lopez", "ana@example.org")
NURSE = Person("U0BEN", "ben", "Ben Carter", "ben@example.org")
BEHAVIORAL = Person("U0CAM", "cam", "Cam Ortiz", "cam@example.org", "America/Chicago")
COLLEAGUE = Person("U0DEE", "dee", "Dee Park", "dee@example.org")

TEAM = Channel("C0LARKSPUR", "larkspur-team", (LEAD.user_id, NURSE.user_id, BEHAVIORAL.user_id, BOT.bot_user_id))
OTHER_TEAM = Channel("C0JUNIPER", "juniper-team", (BEHAVIORAL.user_id, BOT.bot_user_id))
LOBBY = Channel("C0LOBBY", "a-lobby", (LEAD.user_id, NURSE.user_id, BEHAVIORAL.user_id, COLLEAGUE.user_id))

WORLD = World(people=(LEAD, NURSE, BEHAVIORAL, COLLEAGUE), channels=(LOBBY, TEAM, OTHER_TEAM))
