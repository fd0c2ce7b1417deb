"""What people, programs and liars put into the forms of concerns, by real dispatch: one clear sentence, nothing leaked, nothing lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from bot.export_command import collected
from mat.clinic import Clinic, Duty
from mat.concerns import ClinicKey, Receipt, Status
from messages import block_kit as kit
from tests.bot_under_test import HERE, BotUnderTest, with_clinic
from tests.concern_store import every_byte
from tests.fakes import payloads
from tests.fakes.slack_world import GONE, GUEST, LEAD, MEMBER, OUTSIDER, ROBOT, TEAM_CHANNEL, Person

KEY = ClinicKey(HERE.workspace, HERE.id)
WORDS = "Purple giraffes leave no time to call back."
FORMULAS = ('=HYPERLINK("https://example.org","press")', "+1+1", "-2+3", "@SUM(A1:A9)", "\t=1+1")
STRANGER = Person("U0NOBODY1", "nobody")

pytestmark = pytest.mark.usefixtures("clinic")


async def form(bot: BotUnderTest, user: Person = MEMBER) -> Mapping[str, Any]:
    view = (await bot.slash("concern", user=user)).view
    assert view is not None
    return deepcopy(view)


async def send(bot: BotUnderTest, text: object, user: Person = MEMBER, **changed: Any) -> dict[str, Any]:
    """What the form of a concern is answered with; `changed`: fields of the view, as somebody might forge them."""
    payload = payloads.submit(await form(bot), {"topic": "caseload", "text": WORDS}, user=user)
    payload["view"]["state"]["values"]["text"]["mat:text"]["value"] = text
    payload["view"].update(changed)
    status, body = await bot.dispatch(payload)
    assert status == 200
    return body


def receipt_in(body: Mapping[str, Any]) -> str:
    assert body.get("response_action") == "update", body
    shown: str = body["view"]["blocks"][1]["text"]["text"].strip("`")
    assert Receipt.parse(shown)
    return shown


def refusal(body: Mapping[str, Any]) -> str:
    """The one sentence at one field; the form stays with everything in it."""
    assert body.get("response_action") == "errors", body
    (sentence,) = body["errors"].values()
    assert len(sentence) < 300
    return str(sentence)


async def kept(bot: BotUnderTest) -> list[str | None]:
    await bot.bot.concerns.release(KEY, bot.clock.now.date())
    return [one.text for one in (await bot.bot.concerns.listed(KEY)).concerns]


# -- texts --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", None, "   ", "\u200b\u202e \n", "\x00"])
async def test_an_empty_concern_is_asked_for_words(bot: BotUnderTest, text: object) -> None:
    assert "Please say what gets in the way" in refusal(await send(bot, text))
    assert await kept(bot) == []


@pytest.mark.parametrize(
    "text", ["x", "x" * 3000, "🌱" * 3000, "line\nline\t<b>&amp;"], ids=["1", "3000", "12000 bytes", "lines"]
)
async def test_from_one_to_three_thousand_characters_are_kept_as_they_stand(bot: BotUnderTest, text: str) -> None:
    receipt_in(await send(bot, text))
    assert await kept(bot) == [text]


async def test_one_character_more_is_refused_and_stays_in_the_form(bot: BotUnderTest) -> None:
    sentence = refusal(await send(bot, "x" * 3001))
    assert "3,001" in sentence or "3001" in sentence
    assert await kept(bot) == []
    view = await form(bot)
    field = next(block for block in view["blocks"] if block.get("block_id") == "text")
    assert field["element"]["max_length"] == 3000


@pytest.mark.parametrize(
    "text", ["<!channel> <@U0LEAD001> @here", "<https://example.org|press> *bold* `code`", *FORMULAS]
)
async def test_mentions_links_and_formulas_stay_words(bot: BotUnderTest, text: str) -> None:
    receipt_in(await send(bot, text))
    assert await kept(bot) == [text.strip()]
    inbox = (await bot.slash("inbox", user=LEAD)).view
    assert inbox is not None
    await bot.press("mat:concern:open#0", inbox, user=LEAD)
    for view in bot.slack.world.views.values():
        assert [kind for kind in kinds_around(view, text.strip()) if kind != "plain_text"] == []
    assert bot.slack.world.messages == []


def kinds_around(thing: object, text: str) -> list[str]:
    """The kind of every text object that holds these words."""
    if isinstance(thing, dict):
        own = (
            [str(thing.get("type"))]
            if text in str(thing.get("text", "")) and isinstance(thing.get("text"), str)
            else []
        )
        return own + [kind for value in thing.values() for kind in kinds_around(value, text)]
    return [kind for value in thing for kind in kinds_around(value, text)] if isinstance(thing, list | tuple) else []


async def test_no_export_holds_a_concern_or_what_was_said_of_it(bot: BotUnderTest) -> None:
    receipt_in(await send(bot, FORMULAS[0]))
    await kept(bot)
    (found,) = (await bot.bot.concerns.listed(KEY)).concerns
    said = "=1+1 people share the desk."
    await bot.bot.concerns.set_status(
        KEY, found.id, status=Status.DONE, sentence=said, topic="other", now=bot.clock.now
    )
    (line,) = await bot.bot.concerns.unsaid(KEY)
    assert await bot.bot.concerns.approve(KEY, "2027-01", {line: line.sentence})
    tables = await collected(bot.bot.settings, "", bot.clock)
    assert set(tables) == {"milestones", "changes", "huddles", "asks"}
    assert "HYPERLINK" not in str(tables)
    assert "share the desk" not in str(tables)


@pytest.mark.parametrize("forged", ["", "safety'; DROP TABLE concern", "Caseload"])
async def test_a_topic_that_is_not_offered_is_refused(bot: BotUnderTest, forged: str) -> None:
    payload = payloads.submit(await form(bot), {"topic": "caseload", "text": WORDS})
    payload["view"]["state"]["values"]["topic"]["mat:topic"]["selected_option"]["value"] = forged
    _, body = await bot.dispatch(payload)
    assert "Please choose what it is about" in refusal(body)
    assert await kept(bot) == []


async def test_a_forged_release_waits_for_the_batch(bot: BotUnderTest) -> None:
    payload = payloads.submit(await form(bot), {"topic": "caseload", "text": WORDS})
    payload["view"]["state"]["values"]["release"]["mat:release"]["selected_option"]["value"] = "yesterday"
    _, body = await bot.dispatch(payload)
    receipt_in(body)
    assert await bot.bot.concerns.asked_at_once() == ()


@pytest.mark.parametrize(
    "typed",
    [
        "concern",
        "Concern",
        "CONCERNS",
        "concern:",
        "“concern”",
        "*concern*",
        "concern,purple",
        "concern-purple",
        "concern\u00a0x",
    ],
)
async def test_however_the_word_is_written_the_line_opens_the_form_unread(bot: BotUnderTest, typed: str) -> None:
    answer = await bot.slash(f"{typed} {WORDS}")
    assert answer.view is not None
    assert answer.view["callback_id"] == "mat:concern:raise"
    for shown in (answer.shown, json.dumps(answer.view)):
        assert "giraffes" not in shown
        assert "purple" not in shown


# -- receipts -----------------------------------------------------------------------------------------------------------------


async def answered(bot: BotUnderTest) -> str:
    receipt = receipt_in(await send(bot, WORDS))
    await kept(bot)
    (found,) = (await bot.bot.concerns.listed(KEY)).concerns
    await bot.bot.concerns.reply(KEY, found.id, "Which day is worst?", bot.clock.now)
    return receipt


async def look_up(bot: BotUnderTest, typed: str) -> dict[str, Any]:
    view = await form(bot)
    await bot.press("mat:concern:lookup", view)
    shown = bot.slack.world.views[view["id"]]
    payload = payloads.submit(shown, {"receipt": "x"})
    payload["view"]["state"]["values"]["receipt"]["mat:receipt"]["value"] = typed
    _, body = await bot.dispatch(payload)
    return body


async def test_a_receipt_is_read_however_it_was_copied(bot: BotUnderTest) -> None:
    receipt = await answered(bot)
    plain = receipt.replace("-", "")
    mixed = plain.replace("0", "O").replace("1", "I")
    ways = [
        receipt,
        receipt.lower(),
        f"  {receipt} ",
        " ".join(plain),
        plain,
        mixed,
        mixed.lower(),
        plain.replace("1", "l"),
    ]
    ways += [receipt.replace("-", "–"), receipt.replace("-", "\u00a0"), f"\u200b{receipt}\n"]
    for way in ways:
        body = await look_up(bot, way)
        assert "Which day is worst?" in json.dumps(body), way


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("7K2MQ-0A9ZT-W4XHB-PD61", "I count 19"),
        ("7K2MQ-0A9ZT-W4XHB-PD61CX", "I count 21"),
        ("", "I count 0"),
        ("x" * 100_000, "A receipt has 20 letters and digits"),
        ("7K2MQ-0A9ZT-W4XHB-PD61U", "No receipt has “U” in it"),
        ("7K2MQ-0A9ZT-W4XHB-PD61🌱", "No receipt has “🌱” in it"),
        ("<!channel>-0A9ZTW4XHB", "No receipt has “<” in it"),
    ],
)
async def test_what_is_no_receipt_is_said_at_its_field(bot: BotUnderTest, typed: str, sentence: str) -> None:
    await answered(bot)
    body = await look_up(bot, typed)
    assert sentence in refusal(body)
    assert "Which day" not in json.dumps(body)


async def test_a_receipt_of_another_site_finds_nothing(bot: BotUnderTest) -> None:
    await answered(bot)
    body = await look_up(bot, Receipt.new().shown)
    assert "Nothing to show for this receipt yet" in json.dumps(body)


# -- people -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("user", [GUEST, OUTSIDER, GONE, ROBOT, STRANGER], ids=lambda user: user.name)
async def test_who_may_not_raise_one_gets_a_sentence_everywhere_and_leaves_nothing(
    bot: BotUnderTest, user: Person
) -> None:
    typed = await bot.slash(f"concern {WORDS}", user=user)
    assert typed.view is None
    trigger = bot.slack.world.trigger(user.id)
    await bot.dispatch(payloads.global_shortcut("mat:concern:raise", user=user, trigger=trigger))
    (by_shortcut,) = bot.slack.world.views.values()
    pressed = payloads.press("mat:concern:raise", view={**by_shortcut, "blocks": button()}, user=user)
    await bot.dispatch(pressed)
    sent = refusal(await send(bot, WORDS, user))
    looked_up = payloads.submit(await looking_up(bot), {"receipt": Receipt.new().shown}, user=user)
    _, body = await bot.dispatch(looked_up)
    for sentence in (typed.text, json.dumps(by_shortcut), sent, refusal(body)):
        assert WORDS not in sentence
        assert "went wrong" not in sentence
        assert any(part in sentence for part in ("can't see you as one", "not on my list")), sentence
    assert await kept(bot) == []
    assert bot.slack.world.messages == []


def button() -> list[Any]:
    return [kit.actions(kit.button("Press", "mat:concern:raise"))]


async def looking_up(bot: BotUnderTest) -> Mapping[str, Any]:
    view = await form(bot)
    await bot.press("mat:concern:lookup", view)
    return bot.slack.world.views[view["id"]]


async def test_somebody_who_was_deactivated_with_the_form_open_keeps_nothing_here(bot: BotUnderTest) -> None:
    view = await form(bot)
    await bot.dispatch(payloads.user_changed(replace(MEMBER, deleted=True)))
    _, body = await bot.dispatch(payloads.submit(view, {"topic": "caseload", "text": WORDS}))
    assert "not on my list" in refusal(body)
    assert await kept(bot) == []


async def test_a_deactivated_or_demoted_reader_with_an_old_modal_reads_nothing(bot: BotUnderTest) -> None:
    receipt_in(await send(bot, WORDS))
    await kept(bot)
    inbox = (await bot.slash("inbox", user=LEAD)).view
    assert inbox is not None
    await bot.press("mat:concern:open#0", inbox, user=LEAD)
    concern = deepcopy(bot.slack.world.views[inbox["id"]])
    for changed in (replace(LEAD, deleted=True), replace(LEAD, guest=True)):
        await bot.dispatch(payloads.user_changed(changed))
        for name in ("reply", "status", "blackout", "purge"):
            await bot.press(f"mat:concern:{name}", concern, user=LEAD)
            shown = json.dumps(bot.slack.world.views[inbox["id"]]["blocks"][0])
            assert "Purple" not in shown
            assert "warning" in shown
        assert (await bot.slash("inbox", user=LEAD)).view is None
    assert await kept(bot) == [WORDS]


async def test_an_ex_readers_open_reply_is_refused_at_its_field_and_its_words_stay(bot: BotUnderTest) -> None:
    receipt_in(await send(bot, WORDS))
    await kept(bot)
    inbox = (await bot.slash("inbox", user=LEAD)).view
    assert inbox is not None
    await bot.press("mat:concern:open#0", inbox, user=LEAD)
    await bot.press("mat:concern:reply", bot.slack.world.views[inbox["id"]], user=LEAD)
    reply = deepcopy(bot.slack.world.views[inbox["id"]])
    async with bot.bot.desk.work.writing() as books:
        await books.at(HERE).roster.set_duty(Duty.READS_CONCERNS, [MEMBER.id])
        await books.commit()
    _, body = await bot.dispatch(payloads.submit(reply, {"text": "Who are you?"}, user=LEAD))
    assert "people named to read concerns" in refusal(body)
    (found,) = (await bot.bot.concerns.listed(KEY)).concerns
    assert (await bot.bot.concerns.read(KEY, found.id)).notes == ()


# -- forged views -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "metadata",
    [
        "",
        "not json",
        "[]",
        '"maple"',
        '{"clinic": ["maple"]}',
        '{"clinic": {}}',
        '{"clinic": "' + "x" * 2900 + '"}',
        '{"clinic": "MAPLE"}',
    ],
)
async def test_forged_metadata_is_refused_or_means_the_persons_own_clinic(bot: BotUnderTest, metadata: str) -> None:
    body = await send(bot, WORDS, private_metadata=metadata)
    if body["response_action"] == "errors":
        assert "no longer" in refusal(body) or "clinic" in refusal(body)
        assert await kept(bot) == []
    else:
        receipt_in(body)
        assert await kept(bot) == [WORDS]


async def test_metadata_of_another_workspaces_clinic_reaches_nothing(bot: BotUnderTest) -> None:
    other = Clinic("T0ELSE001", "birch", "Birch", HERE.zone, HERE.start, HERE.tracks, channel="C0ELSE001", ready=True)
    await with_clinic(bot, other)
    refusal(await send(bot, WORDS, private_metadata='{"clinic": "birch"}'))
    await bot.bot.concerns.release(ClinicKey("T0ELSE001", "birch"), bot.clock.now.date())
    assert (await bot.bot.concerns.listed(ClinicKey("T0ELSE001", "birch"))).concerns == ()


@pytest.mark.parametrize("view_id", ["", "V_FORGED", "V" * 5000, None, 7, ["V1"]])
async def test_two_concerns_from_a_forged_view_are_never_one(bot: BotUnderTest, view_id: object) -> None:
    """Told apart by their words where Slack's id is not to be trusted: none may vanish behind another one's receipt."""
    first = receipt_in(await send(bot, "One thing.", id=view_id))
    second = receipt_in(await send(bot, "Another thing.", id=view_id))
    again = receipt_in(await send(bot, "Another thing.", id=view_id))
    assert first != second
    assert again == second
    assert sorted(text or "" for text in await kept(bot)) == ["Another thing.", "One thing."]


@pytest.mark.parametrize("concern", ["", "zz", "00" * 16, "../../etc", "'; DROP TABLE concern", "AB" * 16])
async def test_a_forged_concern_in_a_readers_button_finds_nothing(bot: BotUnderTest, concern: str) -> None:
    receipt_in(await send(bot, WORDS))
    await kept(bot)
    inbox = (await bot.slash("inbox", user=LEAD)).view
    assert inbox is not None
    value = json.dumps({"clinic": HERE.id, "concern": concern, "page": "-1", "status": "x", "topic": "x"})
    elements = [kit.button("Press", f"mat:concern:{verb}", value) for verb in ("open", "purge")]
    forged = {**inbox, "blocks": [{"type": "actions", "elements": elements}]}
    for verb in ("open", "purge"):
        await bot.press(f"mat:concern:{verb}", forged, user=LEAD)
        shown = json.dumps(bot.slack.world.views[inbox["id"]], ensure_ascii=False)
        assert "That concern is no longer here" in shown
    assert await kept(bot) == [WORDS]


async def test_whatever_was_forged_no_word_of_it_is_in_a_file(bot: BotUnderTest) -> None:
    for metadata in ("not json", '{"clinic": "birch"}', ""):
        await send(bot, WORDS, private_metadata=metadata)
    await send(bot, WORDS + "x" * 3000)
    await send(bot, WORDS, GUEST)
    assert b"giraffes" not in every_byte(bot.folder)
    assert bot.slack.world.messages_in(TEAM_CHANNEL) == []
