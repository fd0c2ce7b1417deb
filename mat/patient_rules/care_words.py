"""What happens to patients, what they have, and who says so: words beside which a name or a date points to one."""

from __future__ import annotations

from mat.patient_rules.patterns import Some, together

_CARE = (
    r"uds|urine|refills?|scripts?|prescriptions?|doses?|bup\b|buprenorphine|suboxone|subutex|sublocade"
    r"|brixadi|methadone|vivitrol"
    r"|naltrexone|injections?|shots?\b|meds?\b|medications?|labs?\b|results?|tox\b|drug (?:test|screen)"
    r"|appointment|appt"
    r"|induction|prior auth|ekg|hep c|pregnancy|pregnant|cravings|withdrawal|tablets|films|wounds?|abscess"
    r"|detox|oxycodone|xanax"
    r"|probation|custody|cps\b|court|jail|overdose|relapse|fentanyl|cocaine|meth\b|heroin|suicid|therapy"
    r"|rehab|a1c|blood pressure"
)
_EVENTS = (
    r"relaps(?:ed|ing)|overdosed|no-? ?show(?:ed)?|tested positive|is using|was using|been using|admits using"
    r"|admitted using|started using|using again"
    r"|went into withdrawal|in withdrawal|was (?:admitted|discharged (?:from|after|with|on|home|to|against)"
    r"|arrested|hospitali[sz]ed|jailed"
    r"|incarcerated|evicted|assaulted|in the (?:ed|er|icu|hospital)|released|intoxicated|kicked out)"
    r"|passed away|died (?:on|of|in|from|last|at)\b"
    r"|gave birth|miscarried|is (?:\w+ )?pregnant|is homeless|failed (?:her|his|their)\b|lost (?:custody|her"
    r"|his)|stopped breathing"
    r"|wants? (?:to come back|to taper|to stop|her|his|more|off)\b|asked for (?:a |an |her |his )?(?:early "
    r"|another )?(?:refill|script|dose)"
    r"|needs? (?:a |an |her |his )?(?:ride home|refill|script|bridge|interpreter|detox|injection|dose)"
    r"|missed (?:her|his|their|the|a|two|three|\w+)? ?(?:visit|appointment|appt|dose|injection|shot|uds"
    r"|intake|induction|group again)"
    r"|got (?:arrested|out of jail|out of prison|evicted)|was stolen|left ama|has cravings|is (?:crying"
    r"|suicidal|high\b|nodding|vomiting"
    r"|throwing up|in jail|in the (?:ed|er|icu|lobby|hospital|waiting room))|called (?:again )?(?:about"
    r"|for) (?:the|her|his|a) "
    r"(?:refill|script|dose|appointment)|yelled at|had a seizure|had a baby|is on \d+ ?mg|on \d+ ?mg"
    r"|came (?:late|in high)|left angry|got discharged|keeps? (?:losing|missing (?:his|her|visits|app)|no-? ?showing)"
    r"|is out of (?:her|his|meds|pills|oxy)|is selling|fell (?:twice|again|last|at home)|left (?:without being|w/o being)"
    r"|refuses (?:uds|udt|the (?:uds|udt|urine|taper|pill)|her|his)|is (?:sedated|tapered)|on (?:chronic opioids|bup and)"
    r"|is on (?:bup|oxy|methadone|fentanyl|morphine|suboxone|benzos|tramadol)"
)
_PERSON = (
    r"patients?\b|clients?\b|pts?\b|lobby|wife\b|husband\b|daughter\b|son\b|mother\b|father\b|sister\b|brother\b"
    r"|discharged|complain"
)
CARE = f"(?:{_CARE})"
_TREATED = (
    r"oxys?\b|benzos?\b|tabs\b|pills?\b|taper(?:ed|ing|s)?\b|morphine|dilaudid|hydromorphone|tramadol"
    r"|hydrocodone|norco|percocet|vicodin|opioids?\b|narcotics|patch\b|udt|peg [0-9]|phq|lorazepam|klonopin"
    r"|pain\b|stole\b|no agreement|diversion|selling|sedated|early\b|high again|drunk|ran out|out of\b|lost\b"
    r"|no-? ?showed|refuses|sin cita|tapering"
)
_OFFICE = (
    r"(?:polic(?:y|ies)|meetings?|projector|setting up|interview|conference(?<!case conference)|protocols?|trainings?|template"
    r"|workflow|workgroup|committee|cfo|ceo|coo|director"
    r"|manager|facilities|finance|it (?:department|dept|team|support|staff|ticket|case|help|desk|guy|person|folks|request)\b|from it\b"
    r"|hr\b(?<![0-9] hr)(?<![0-9]hr)|from the (?:county|state|lab|pharmacy|plan|hospital)|retires|audits?|board|grant|slides"
    r"|covers for|our new|huddles?|milestone"
    r"|agenda|order set|handouts?|dashboard|registry|supervis|standing order|form\b|lead(?:s|ing)?\b|champion"
    r"|teaches|presents|hired|coach|facilitator|school"
    r"|disagree|signed off|will run|on leave|vendor|in billing"
    r"|in it (?=fixed|says|will|can|is|has|wants|sent|made|got)|rep\b|interview)"
)
_HAPPENED = (
    r"(?:overdosed|od(?:'?e?d)? (?=on|in|last|at|[0-9])|(?:admit|admission|discharge|d/c|fill) date"
    r"|date of (?:admission|discharge|death)"
    r"|seen in (?:the )?(?:ed|er)\b|(?:uds|udt|urine|specimen|sample|cup) (?:was )?collected|suicide attempt"
    r"|(?:dos|lov|lmp|edd|doa|dod):? (?=[0-9])"
    r"|miscarriage|(?:jail|prison) release|released from|inducted|last fill|hospital stay|passed|ingres[oa]\b|fallecio|murio"
    r"|relaps(?:ed|ing)|tested positive|passed away|died|gave birth|miscarried|no-? ?show(?:ed)?"
    r"|was (?:admitted|discharged"
    r"|arrested|hospitali[sz]ed|jailed|released|seen|in the (?:ed|er|icu|hospital|jail))|last (?:use|used"
    r"|injection|dose|shot|seen|visit|uds)"
    r"|admitted (?:on |to )?(?=[0-9]|hospital|the (?:hospital|icu|unit|ed))"
    r"|discharged (?:on |from )?(?=[0-9]|hospital|the (?:hospital|icu|ed))|got out of (?:jail|prison|detox))"
)
_MAY_HAVE_HAPPENED = (
    r"(?:overdose|relapse|surgery|injection|delivered|deliver(?:y|s)|admi(?:tted|ssion)|discharged?|fell|jail"
    r"|prison|arrest|positive"
    r"|court date|due date|in the (?:ed|er|icu|hospital)|started on|baby|born|miscarriage|abscess|ekg|last"
    r"|refused|stopped|withdrawal|missed"
    r"|no-? ?show|intake|induction|sober|seizure|custody|hearing|pregnant)"
)
_SOMEBODY = (
    r"(?:patient|paciente|pt|client|he|she|her|him|his|guy|lady|woman|man|mom|mother|father|male|female|teen|veteran"
    r"|somebody who|the one who)\b"
)

_OF_CARE = together(event=_EVENTS, care=_CARE, person=_PERSON, treated=_TREATED, office=_OFFICE)
"""Each word begins with a plain letter: `re` looks for those fast, and not for what begins with another group."""
EVENT = Some(_OF_CARE, ("event",))
CARE_WORD = Some(_OF_CARE, ("care",))
CARE_OR_PERSON = Some(_OF_CARE, ("event", "care", "person"))
TREATED_WORD = Some(_OF_CARE, ("treated",))
OFFICE_WORD = Some(_OF_CARE, ("office",))
_OF_LIFE = together(happened=_HAPPENED, may=_MAY_HAVE_HAPPENED, somebody=_SOMEBODY)
HAPPENED = Some(_OF_LIFE, ("happened",))
MAY_HAVE_HAPPENED = Some(_OF_LIFE, ("may",))
SOMEBODY = Some(_OF_LIFE, ("somebody",))
