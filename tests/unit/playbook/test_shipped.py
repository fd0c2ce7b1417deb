"""What clinics rely on in the playbook that ships."""

import pytest

from mat.playbook import RECURS_MONTHS, Playbook, load_playbook


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    return load_playbook()


def test_holds_every_milestone_of_both_tracks_and_all_three_stages(playbook: Playbook) -> None:
    counts: dict[tuple[str, str], int] = {}
    for milestone in playbook.milestones.values():
        counts[milestone.track, milestone.stage] = counts.get((milestone.track, milestone.stage), 0) + 1
    assert counts == {
        ("sixbb", "prepare-launch"): 15,
        ("sixbb", "design-implement"): 28,
        ("sixbb", "monitor-sustain"): 16,
        ("moud", "prepare-launch"): 10,
        ("moud", "design-implement"): 13,
        ("moud", "monitor-sustain"): 7,
    }
    assert len(playbook.milestones) == 89


def test_has_the_six_building_blocks_and_the_four_of_the_start_up_track(playbook: Playbook) -> None:
    assert [block.id for block in playbook.blocks_of("sixbb")] == [
        "leadership",
        "policies",
        "tracking",
        "visits",
        "complex",
        "measuring",
    ]
    assert [block.id for block in playbook.blocks_of("moud")] == [
        "moud-plan",
        "moud-care",
        "moud-staff",
        "moud-quality",
    ]
    assert playbook.blocks_of("nowhere") == ()


def test_every_block_has_milestones_of_its_own_track(playbook: Playbook) -> None:
    found = [
        milestone for block in playbook.blocks for milestone in playbook.milestones.values() if milestone.block == block
    ]
    assert sorted(milestone.id for milestone in found) == sorted(playbook.milestones)
    assert all(playbook.blocks[milestone.block].track == milestone.track for milestone in found)


def test_every_milestone_leads_to_a_source_with_a_link(playbook: Playbook) -> None:
    for milestone in playbook.milestones:
        assert playbook.sources[playbook.milestones[milestone].source].url.startswith("http"), milestone


def test_nothing_is_cited_that_is_not_there_and_nothing_is_there_uncited(playbook: Playbook) -> None:
    cited = {milestone.source for milestone in playbook.milestones.values()}
    cited |= {role.source for role in playbook.roles.values()}
    cited |= {source for agenda in playbook.agendas.values() for source in agenda.sources}
    assert cited == set(playbook.sources)


def test_every_role_has_something_to_do(playbook: Playbook) -> None:
    busy = {milestone.role for milestone in playbook.milestones.values()}
    busy |= {role for agenda in playbook.agendas.values() for role in (agenda.leader, *agenda.attendees)}
    assert busy == set(playbook.roles)


def test_nothing_asks_for_a_waiver(playbook: Playbook) -> None:
    """None has been needed to prescribe buprenorphine since December 29, 2022 (SAMHSA, Waiver Elimination)."""
    about_waivers = [m for m in playbook.milestones.values() if "waiver" in f"{m.short} {m.description}".casefold()]
    assert [m.id for m in about_waivers] == ["moud-pl-prescribers"]
    assert "none is needed" in about_waivers[0].description


def test_agendas_come_at_the_playbooks_lead_times(playbook: Playbook) -> None:
    assert {agenda.id: agenda.minutes_before for agenda in playbook.agendas.values()} == {
        "daily-huddle": 10,
        "pre-group-huddle": 30,
        "improvement-team-monthly": 2 * 24 * 60,
    }


def test_what_concerns_one_person_is_looked_up_in_the_ehr(playbook: Playbook) -> None:
    items = {item.id: item.where for item in playbook.agendas["pre-group-huddle"].items}
    assert {"uds", "self-disclosure", "plan-adherence", "struggling"} <= {
        i for i, where in items.items() if where == "ehr"
    }


def test_only_the_last_stage_recurs_and_at_a_known_rhythm(playbook: Playbook) -> None:
    recurring = [milestone for milestone in playbook.milestones.values() if milestone.recurs]
    assert len(recurring) == 22
    assert {milestone.stage for milestone in recurring} == {"monitor-sustain"}
    assert {milestone.recurs for milestone in recurring} == set(RECURS_MONTHS)


def test_names_a_crisis_line_for_staff_too(playbook: Playbook) -> None:
    assert "988" in playbook.help_routes["lifeline-988"].how
    assert "staff" in playbook.help_routes["lifeline-988"].how


def test_cannot_be_changed(playbook: Playbook) -> None:
    with pytest.raises(TypeError):
        playbook.milestones["new"] = next(iter(playbook.milestones.values()))  # type: ignore[index]
