"""Letters of other alphabets that look like Latin ones, after Unicode's table of confusable characters (UTS #39)."""

from __future__ import annotations

_PAIRS = (
    ("АВЕЅЈІКМНОРСТУХԚԜ", "ABESJIKMHOPCTYXQW"),
    ("авеѕјікмнорстухһԁԛԝѵгԍ", "abesjikmhopctyxhdqwvrg"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
    ("αβγικνορτυχϲ", "abyikvoptuxc"),
    ("ıɡɑʟɴʀᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢǃӀ", "igalnracdejkmoptuvwzll"),
    ("−⁄∕’‘ʼ＿", "-//'''_"),
)
LOOK_ALIKES = {other: latin for others, latins in _PAIRS for other, latin in zip(others, latins, strict=True)}
"""Each such character with the one it is read as."""
