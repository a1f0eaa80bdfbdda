"""A full activity, its parent and a full organisation, valid in schema, rules and code lists, to
write files by."""

from __future__ import annotations

ACTIVITY = """\
  <iati-activity xml:lang="en" default-currency="EUR" last-updated-datetime="2026-11-01T09:30:00Z" hierarchy="2">
    <iati-identifier>GB-CHC-0000000-WELLS</iati-identifier>
    <reporting-org ref="GB-CHC-0000000" type="22">
      <narrative>Village Wells</narrative>
      <narrative xml:lang="fr">Puits du village</narrative>
    </reporting-org>
    <title>
      <narrative>Safe water in twelve villages</narrative>
      <narrative xml:lang="fr">De l'eau potable dans douze villages</narrative>
    </title>
    <description type="1">
      <narrative>Wells are dug and committees trained.</narrative>
      <narrative xml:lang="fr">On creuse des puits et forme des comités.</narrative>
    </description>
    <participating-org ref="XM-DAC-000" role="1" type="10"><narrative>A ministry</narrative></participating-org>
    <participating-org role="2" type="60" activity-id="GB-CHC-1111111-G1">
      <narrative>A foundation</narrative>
    </participating-org>
    <participating-org ref="GB-CHC-0000000" role="3" type="22"><narrative>Village Wells</narrative></participating-org>
    <participating-org role="4" type="22"><narrative>Village committees</narrative></participating-org>
    <other-identifier ref="WELLS" type="A1">
      <owner-org ref="GB-CHC-0000000"><narrative>Village Wells</narrative></owner-org>
    </other-identifier>
    <activity-status code="2"/>
    <activity-date iso-date="2025-07-01" type="1"/>
    <activity-date iso-date="2025-07-15" type="2"/>
    <activity-date iso-date="2027-06-30" type="3"/>
    <contact-info type="1">
      <organisation><narrative>Village Wells</narrative></organisation>
      <email>office@wells.example</email>
      <website>https://wells.example</website>
    </contact-info>
    <activity-scope code="5"/>
    <recipient-country code="KE" percentage="70"/>
    <recipient-country code="UG" percentage="30"/>
    <sector vocabulary="1" code="14030" percentage="60"/>
    <sector vocabulary="1" code="14081" percentage="40"/>
    <sector vocabulary="99" vocabulary-uri="https://wells.example/themes" code="water">
      <narrative>Water</narrative>
    </sector>
    <policy-marker vocabulary="1" code="1" significance="1"/>
    <collaboration-type code="4"/>
    <default-flow-type code="30"/>
    <default-finance-type code="110"/>
    <default-aid-type vocabulary="1" code="C01"/>
    <default-tied-status code="5"/>
    <budget type="1" status="2">
      <period-start iso-date="2025-07-01"/>
      <period-end iso-date="2026-06-30"/>
      <value value-date="2025-07-01">40000.00</value>
    </budget>
    <budget type="1" status="1">
      <period-start iso-date="2026-07-01"/>
      <period-end iso-date="2027-06-30"/>
      <value value-date="2026-07-01">20000.00</value>
    </budget>
    <budget type="2" status="1">
      <period-start iso-date="2026-07-01"/>
      <period-end iso-date="2027-06-30"/>
      <value value-date="2026-10-01">22500.50</value>
    </budget>
    <planned-disbursement type="1">
      <period-start iso-date="2027-01-01"/>
      <period-end iso-date="2027-03-31"/>
      <value value-date="2027-01-01">5000</value>
      <provider-org ref="GB-CHC-0000000"><narrative>Village Wells</narrative></provider-org>
      <receiver-org type="22"><narrative>Village committees</narrative></receiver-org>
    </planned-disbursement>
    <transaction ref="C-1">
      <transaction-type code="11"/>
      <transaction-date iso-date="2025-06-20"/>
      <value value-date="2025-06-20">60000.00</value>
      <description><narrative>The grant is agreed</narrative></description>
      <provider-org provider-activity-id="GB-CHC-1111111-G1" type="60">
        <narrative>A foundation</narrative>
      </provider-org>
      <receiver-org ref="GB-CHC-0000000" type="22"><narrative>Village Wells</narrative></receiver-org>
    </transaction>
    <transaction ref="I-1">
      <transaction-type code="1"/>
      <transaction-date iso-date="2025-07-10"/>
      <value value-date="2025-07-10">30000.00</value>
      <provider-org provider-activity-id="GB-CHC-1111111-G1" type="60">
        <narrative>A foundation</narrative>
      </provider-org>
      <receiver-org ref="GB-CHC-0000000" type="22"><narrative>Village Wells</narrative></receiver-org>
      <disbursement-channel code="2"/>
      <flow-type code="30"/>
      <finance-type code="110"/>
      <aid-type vocabulary="1" code="C01"/>
      <tied-status code="5"/>
    </transaction>
    <transaction ref="O-1">
      <transaction-type code="2"/>
      <transaction-date iso-date="2025-08-01"/>
      <value value-date="2025-08-01">12000.00</value>
      <receiver-org type="22"><narrative>Village committees</narrative></receiver-org>
    </transaction>
    <transaction ref="E-1">
      <transaction-type code="4"/>
      <transaction-date iso-date="2026-06-30"/>
      <value currency="KES" value-date="2026-06-30">1250000.00</value>
      <description>
        <narrative>Pumps and pipes</narrative>
        <narrative xml:lang="fr">Pompes et tuyaux</narrative>
      </description>
      <provider-org ref="GB-CHC-0000000" type="22"><narrative>Village Wells</narrative></provider-org>
    </transaction>
    <transaction ref="P-1">
      <transaction-type code="13"/>
      <transaction-date iso-date="2026-07-01"/>
      <value value-date="2026-07-01">2500.50</value>
      <provider-org type="60"><narrative>A foundation</narrative></provider-org>
      <receiver-org ref="GB-CHC-0000000" type="22"><narrative>Village Wells</narrative></receiver-org>
    </transaction>
    <document-link format="application/pdf" url="https://wells.example/reports/2026-06.pdf">
      <title>
        <narrative>Report of June 2026</narrative>
        <narrative xml:lang="fr">Rapport de juin 2026</narrative>
      </title>
      <description><narrative>What was done, and what it cost.</narrative></description>
      <category code="A08"/>
      <language code="en"/>
      <language code="fr"/>
      <document-date iso-date="2026-07-05"/>
    </document-link>
    <related-activity ref="GB-CHC-0000000-WATER" type="1"/>
    <result type="1" aggregation-status="1">
      <title><narrative>Wells are in use</narrative></title>
      <description><narrative>Twelve wells give safe water.</narrative></description>
      <indicator measure="1" ascending="1" aggregation-status="1">
        <title>
          <narrative>Wells dug</narrative>
          <narrative xml:lang="fr">Puits creusés</narrative>
        </title>
        <baseline year="2025" iso-date="2025-07-01" value="0"/>
        <period>
          <period-start iso-date="2025-07-01"/>
          <period-end iso-date="2026-06-30"/>
          <target value="6"/>
          <actual value="5"><comment><narrative>One waits for a permit.</narrative></comment></actual>
        </period>
      </indicator>
      <indicator measure="5">
        <title><narrative>What the committees say</narrative></title>
        <baseline year="2025"><comment><narrative>No committee had met.</narrative></comment></baseline>
        <period>
          <period-start iso-date="2025-07-01"/>
          <period-end iso-date="2026-06-30"/>
          <target><comment><narrative>They meet every month.</narrative></comment></target>
          <actual><comment><narrative>Most meet every month.</narrative></comment></actual>
        </period>
      </indicator>
    </result>
  </iati-activity>
"""
"""Sector and country are said of the activity, and so of no transaction."""

PARENT = """\
  <iati-activity xml:lang="en" default-currency="EUR" last-updated-datetime="2026-11-01T09:30:00Z" hierarchy="1">
    <iati-identifier>GB-CHC-0000000-WATER</iati-identifier>
    <reporting-org ref="GB-CHC-0000000" type="22"><narrative>Village Wells</narrative></reporting-org>
    <title><narrative>Water</narrative></title>
    <description><narrative>All that is done for water.</narrative></description>
    <participating-org ref="GB-CHC-0000000" role="3" type="22"><narrative>Village Wells</narrative></participating-org>
    <activity-status code="2"/>
    <activity-date iso-date="2025-07-01" type="1"/>
    <recipient-country code="KE"/>
    <sector code="14030"/>
    <related-activity ref="GB-CHC-0000000-WELLS" type="2"/>
  </iati-activity>
"""
"""The level above: it has no money of its own, which would be counted twice."""

ORGANISATION = """\
  <iati-organisation xml:lang="en" default-currency="EUR" last-updated-datetime="2026-11-01T09:30:00Z">
    <organisation-identifier>GB-CHC-0000000</organisation-identifier>
    <name>
      <narrative>Village Wells</narrative>
      <narrative xml:lang="fr">Puits du village</narrative>
    </name>
    <reporting-org ref="GB-CHC-0000000" type="22"><narrative>Village Wells</narrative></reporting-org>
    <total-budget status="2">
      <period-start iso-date="2026-01-01"/>
      <period-end iso-date="2026-12-31"/>
      <value value-date="2026-01-01">90000.00</value>
      <budget-line ref="WATER">
        <value value-date="2026-01-01">60000.00</value>
        <narrative>Water</narrative>
        <narrative xml:lang="fr">Eau</narrative>
      </budget-line>
      <budget-line ref="OFFICE">
        <value value-date="2026-01-01">30000.00</value>
        <narrative>Office</narrative>
      </budget-line>
    </total-budget>
    <recipient-org-budget status="1">
      <recipient-org><narrative>Village committees</narrative></recipient-org>
      <period-start iso-date="2026-01-01"/>
      <period-end iso-date="2026-12-31"/>
      <value value-date="2026-01-01">12000.00</value>
    </recipient-org-budget>
    <recipient-country-budget status="1">
      <recipient-country code="KE"/>
      <period-start iso-date="2026-01-01"/>
      <period-end iso-date="2026-12-31"/>
      <value value-date="2026-01-01">60000.00</value>
      <budget-line ref="WATER">
        <value value-date="2026-01-01">60000.00</value>
        <narrative>Water</narrative>
      </budget-line>
    </recipient-country-budget>
    <total-expenditure>
      <period-start iso-date="2025-01-01"/>
      <period-end iso-date="2025-12-31"/>
      <value value-date="2025-12-31">81234.56</value>
      <expense-line ref="WATER">
        <value value-date="2025-12-31">55000.00</value>
        <narrative>Water</narrative>
      </expense-line>
      <expense-line ref="OFFICE">
        <value value-date="2025-12-31">26234.56</value>
        <narrative>Office</narrative>
      </expense-line>
    </total-expenditure>
    <document-link format="application/pdf" url="https://wells.example/annual-2025.pdf">
      <title><narrative>Annual report 2025</narrative></title>
      <category code="B01"/>
      <language code="en"/>
      <document-date iso-date="2026-03-31"/>
      <recipient-country code="KE"><narrative>Kenya</narrative></recipient-country>
    </document-link>
  </iati-organisation>
"""


def activities(*each: str) -> bytes:
    """A file of activities."""
    return _file("iati-activities", each)


def organisations(*each: str) -> bytes:
    """A file of organisations."""
    return _file("iati-organisations", each)


def _file(root: str, each: tuple[str, ...]) -> bytes:
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} version="2.03"'
        ' generated-datetime="2026-11-01T09:30:00Z">\n'
    )
    return f"{head}{''.join(each)}</{root}>\n".encode()
