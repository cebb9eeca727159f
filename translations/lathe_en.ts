<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>lathe::BillTotals</name>
    <message numerus="yes">
        <source>%n line(s) without a known price are not in the sum.</source>
        <translation>
            <numerusform>%n line without a known price is not in the sum.</numerusform>
            <numerusform>%n lines without a known price are not in the sum.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::CostStatement</name>
    <message numerus="yes">
        <source>%n more line(s) are in the sums above; the breakdown CSV has all of them.</source>
        <translation>
            <numerusform>%n more line is in the sums above; the breakdown CSV has all of them.</numerusform>
            <numerusform>%n more lines are in the sums above; the breakdown CSV has all of them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::DebugView</name>
    <message numerus="yes">
        <source>%n decision(s)</source>
        <translation>
            <numerusform>%n decision</numerusform>
            <numerusform>%n decisions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ExportDialog</name>
    <message numerus="yes">
        <source>%1 written: %n line(s), %2.</source>
        <translation>
            <numerusform>%1 written: %n line, %2.</numerusform>
            <numerusform>%1 written: %n lines, %2.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::JournalSummary</name>
    <message numerus="yes">
        <source>%n issue(s)</source>
        <translation>
            <numerusform>%n issue</numerusform>
            <numerusform>%n issues</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n check(s)</source>
        <translation>
            <numerusform>%n check</numerusform>
            <numerusform>%n checks</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::JsonTreeModel</name>
    <message numerus="yes">
        <source>{%n member(s)}</source>
        <translation>
            <numerusform>{%n member}</numerusform>
            <numerusform>{%n members}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>[%n element(s)]</source>
        <translation>
            <numerusform>[%n element]</numerusform>
            <numerusform>[%n elements]</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::KnowledgeView</name>
    <message numerus="yes">
        <source>Reading %n file(s)…</source>
        <translation>
            <numerusform>Reading %n file…</numerusform>
            <numerusform>Reading %n files…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n passage(s), best first</source>
        <translation>
            <numerusform>%n passage, best first</numerusform>
            <numerusform>%n passages, best first</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::PolicyDryRunPage</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n runs looked at.</source>
        <translation>
            <numerusform>%n run looked at.</numerusform>
            <numerusform>%n runs looked at.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n would have been stopped.</source>
        <translation>
            <numerusform>%n would have been stopped.</numerusform>
            <numerusform>%n would have been stopped.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tool calls would have been refused.</source>
        <translation>
            <numerusform>%n tool call would have been refused.</numerusform>
            <numerusform>%n tool calls would have been refused.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tool calls would have been asked about.</source>
        <translation>
            <numerusform>%n tool call would have been asked about.</numerusform>
            <numerusform>%n tool calls would have been asked about.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n were stopped then and would go on.</source>
        <translation>
            <numerusform>%n was stopped then and would go on.</numerusform>
            <numerusform>%n were stopped then and would go on.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n older runs have no journal any more and were taken as they were.</source>
        <translation>
            <numerusform>%n older run has no journal any more and was taken as it was.</numerusform>
            <numerusform>%n older runs have no journal any more and were taken as they were.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::RetentionPane</name>
    <message numerus="yes">
        <source>kept %n days</source>
        <translation>
            <numerusform>kept %n day</numerusform>
            <numerusform>kept %n days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n runs are older (%1)</source>
        <translation>
            <numerusform>%n run is older (%1)</numerusform>
            <numerusform>%n runs are older (%1)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Lost for good: the journals of %n runs, with %1 entries (%2) and the texts that no other run needs: prompts, replies, arguments and results. These runs cannot be looked into, replayed or forked any more.</source>
        <translation>
            <numerusform>Lost for good: the journal of %n run, with %1 entries (%2) and the texts that no other run needs: prompts, replies, arguments and results. This run cannot be looked into, replayed or forked any more.</numerusform>
            <numerusform>Lost for good: the journals of %n runs, with %1 entries (%2) and the texts that no other run needs: prompts, replies, arguments and results. These runs cannot be looked into, replayed or forked any more.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The journals of %n runs are gone. Their bills stay.</source>
        <translation>
            <numerusform>The journal of %n run is gone. Its bill stays.</numerusform>
            <numerusform>The journals of %n runs are gone. Their bills stay.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::RetryCard</name>
    <message numerus="yes">
        <source>The provider is asked again in %n second(s)</source>
        <translation>
            <numerusform>The provider is asked again in %n second</numerusform>
            <numerusform>The provider is asked again in %n seconds</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::RunDelegate</name>
    <message numerus="yes">
        <source>%n decision(s)</source>
        <translation>
            <numerusform>%n decision</numerusform>
            <numerusform>%n decisions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::RunFiles</name>
    <message numerus="yes">
        <source>%n run(s) were imported.</source>
        <translation>
            <numerusform>%n run was imported.</numerusform>
            <numerusform>%n runs were imported.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n run(s) were there already.</source>
        <translation>
            <numerusform>%n run was there already.</numerusform>
            <numerusform>%n runs were there already.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::StatusLine</name>
    <message numerus="yes">
        <source>● %n running</source>
        <translation>
            <numerusform>● %n running</numerusform>
            <numerusform>● %n running</numerusform>
        </translation>
    </message>
</context>
</TS>
