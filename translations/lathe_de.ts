<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>lathe::Application</name>
    <message>
        <source>Open database</source>
        <translation>Datenbank öffnen</translation>
    </message>
    <message>
        <source>Lathe databases (*.db);;All files (*)</source>
        <translation>Lathe-Datenbanken (*.db);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open or create</source>
        <translation>Öffnen oder anlegen</translation>
    </message>
</context>
<context>
    <name>lathe::AttemptText</name>
    <message>
        <source>The model has not answered yet.</source>
        <translation>Das Modell hat noch nicht geantwortet.</translation>
    </message>
    <message>
        <source>HTTP %1</source>
        <translation>HTTP %1</translation>
    </message>
    <message>
        <source>first byte after %1, whole after %2</source>
        <translation>erstes Byte nach %1, ganz nach %2</translation>
    </message>
    <message>
        <source>%1 tokens in, %2 out</source>
        <translation>%1 Token hinein, %2 heraus</translation>
    </message>
    <message>
        <source>usage unknown</source>
        <translation>Verbrauch unbekannt</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 Token/s</translation>
    </message>
    <message>
        <source>%1 of the input from the cache</source>
        <translation>%1 der Eingabe aus dem Cache</translation>
    </message>
    <message>
        <source>tried again after %1</source>
        <translation>erneut versucht nach %1</translation>
    </message>
</context>
<context>
    <name>lathe::BillFilters</name>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exportieren …</translation>
    </message>
    <message>
        <source>all time</source>
        <translation>gesamte Zeit</translation>
    </message>
    <message>
        <source>today</source>
        <translation>heute</translation>
    </message>
    <message>
        <source>last 7 days</source>
        <translation>letzte 7 Tage</translation>
    </message>
    <message>
        <source>last 30 days</source>
        <translation>letzte 30 Tage</translation>
    </message>
    <message>
        <source>this month</source>
        <translation>dieser Monat</translation>
    </message>
    <message>
        <source>from … to …</source>
        <translation>von … bis …</translation>
    </message>
    <message>
        <source>nothing else</source>
        <translation>nichts weiter</translation>
    </message>
    <message>
        <source>any status</source>
        <translation>jeder Status</translation>
    </message>
    <message>
        <source>First day</source>
        <translation>Erster Tag</translation>
    </message>
    <message>
        <source>The first day, in UTC</source>
        <translation>Der erste Tag, in UTC</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>Letzter Tag</translation>
    </message>
    <message>
        <source>The last day, in UTC; it counts too</source>
        <translation>Der letzte Tag, in UTC; er zählt mit</translation>
    </message>
    <message>
        <source>&amp;Period</source>
        <translation>&amp;Zeitraum</translation>
    </message>
    <message>
        <source>By the time of each line, days in UTC</source>
        <translation>Nach der Zeit jedes Postens, Tage in UTC</translation>
    </message>
    <message>
        <source>&amp;User</source>
        <translation>&amp;Benutzer</translation>
    </message>
    <message>
        <source>Who ran it</source>
        <translation>Wer den Lauf gestartet hat</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Lauf</translation>
    </message>
    <message>
        <source>One run, or all</source>
        <translation>Ein Lauf oder alle</translation>
    </message>
    <message>
        <source>&amp;Status</source>
        <translation>&amp;Status</translation>
    </message>
    <message>
        <source>How the run stands or ended</source>
        <translation>Wie der Lauf steht oder endete</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>Only what this model cost, without the fees of tools</source>
        <translation>Nur was dieses Modell gekostet hat, ohne Werkzeuggebühren</translation>
    </message>
    <message>
        <source>&amp;Group by</source>
        <translation>&amp;Gruppieren nach</translation>
    </message>
    <message>
        <source>The rows of the table and the bars of the chart</source>
        <translation>Die Zeilen der Tabelle und die Balken des Diagramms</translation>
    </message>
    <message>
        <source>&amp;and by</source>
        <translation>&amp;und nach</translation>
    </message>
    <message>
        <source>A second dimension</source>
        <translation>Eine zweite Dimension</translation>
    </message>
    <message>
        <source>all models</source>
        <translation>alle Modelle</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>Period</source>
        <translation>Zeitraum</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>all runs</source>
        <translation>alle Läufe</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>all users</source>
        <translation>alle Benutzer</translation>
    </message>
</context>
<context>
    <name>lathe::BillModel</name>
    <message>
        <source>Phase</source>
        <translation>Phase</translation>
    </message>
    <message>
        <source>Decision</source>
        <translation>Entscheidung</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>Werkzeug</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>Anbieter</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Day (UTC)</source>
        <translation>Tag (UTC)</translation>
    </message>
    <message>
        <source>Cost ($)</source>
        <translation>Kosten ($)</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Calls</source>
        <translation>Aufrufe</translation>
    </message>
    <message>
        <source>Lines</source>
        <translation>Posten</translation>
    </message>
    <message>
        <source>Without price</source>
        <translation>Ohne Preis</translation>
    </message>
    <message>
        <source>Hour</source>
        <translation>Stunde</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>Team</translation>
    </message>
    <message>
        <source>Tier</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Exact in the tooltip of each cell, and when it is copied</source>
        <translation>Exakt im Kurzhinweis jeder Zelle und beim Kopieren</translation>
    </message>
    <message>
        <source>Of the sum that the filters let through</source>
        <translation>An der Summe, die die Filter durchlassen</translation>
    </message>
    <message>
        <source>Tokens that neither came from a cache nor went into one</source>
        <translation>Token, die weder aus einem Cache kamen noch in einen gingen</translation>
    </message>
    <message>
        <source>Where reasoning has a price of its own; else it is part of the output</source>
        <translation>Wo das Denken einen eigenen Preis hat; sonst gehört es zur Ausgabe</translation>
    </message>
    <message>
        <source>Attempts after the first of their decision</source>
        <translation>Versuche nach dem ersten ihrer Entscheidung</translation>
    </message>
    <message>
        <source>How much of the input came from a cache</source>
        <translation>Wie viel der Eingabe aus einem Cache kam</translation>
    </message>
    <message>
        <source>Lines whose cost nobody knows; they are not in the sum</source>
        <translation>Posten, deren Kosten niemand kennt; sie sind nicht in der Summe</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Cached</source>
        <translation>Aus Cache</translation>
    </message>
    <message>
        <source>Cache write</source>
        <translation>In Cache</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>Reasoning</source>
        <translation>Denken</translation>
    </message>
    <message>
        <source>Retries</source>
        <translation>Wiederholungen</translation>
    </message>
    <message>
        <source>Cache share</source>
        <translation>Cache-Anteil</translation>
    </message>
    <message>
        <source>tool fees</source>
        <translation>Werkzeuggebühren</translation>
    </message>
    <message>
        <source>model calls</source>
        <translation>Modellaufrufe</translation>
    </message>
</context>
<context>
    <name>lathe::BillTotals</name>
    <message>
        <source>Charged</source>
        <translation>Berechnet</translation>
    </message>
    <message>
        <source>The exact sum of all lines with a price</source>
        <translation>Die exakte Summe aller Posten mit Preis</translation>
    </message>
    <message>
        <source>Recorded</source>
        <translation>Aufgezeichnet</translation>
    </message>
    <message>
        <source>What these steps cost when they were first done: what was charged, and what was avoided</source>
        <translation>Was diese Schritte kosteten, als sie zuerst getan wurden: Berechnetes und Vermiedenes</translation>
    </message>
    <message>
        <source>Avoided</source>
        <translation>Vermieden</translation>
    </message>
    <message>
        <source>Not charged thanks to cache and re-use; never taken off the sum</source>
        <translation>Dank Cache und Wiederverwendung nicht berechnet; wird nie von der Summe abgezogen</translation>
    </message>
    <message>
        <source>This month, estimate</source>
        <translation>Dieser Monat, geschätzt</translation>
    </message>
    <message numerus="yes">
        <source>%n line(s) without a known price are not in the sum.</source>
        <translation>
            <numerusform>%n Posten ohne bekannten Preis ist nicht in der Summe.</numerusform>
            <numerusform>%n Posten ohne bekannten Preis sind nicht in der Summe.</numerusform>
        </translation>
    </message>
    <message>
        <source>phases %1
decisions %2
tools %3
total %4</source>
        <translation>Phasen %1
Entscheidungen %2
Werkzeuge %3
Gesamt %4</translation>
    </message>
    <message>
        <source>So far %1. Between %2 and %3, if the days to come are like the last %4 full days.</source>
        <translation>Bisher %1. Zwischen %2 und %3, wenn die kommenden Tage wie die letzten %4 vollen Tage werden.</translation>
    </message>
    <message>
        <source>The monthly budget is then used up on %1.</source>
        <translation>Das Monatsbudget ist dann am %1 verbraucht.</translation>
    </message>
    <message>
        <source>phases %1 = decisions %2 + tools %3 = total %4</source>
        <translation>Phasen %1 = Entscheidungen %2 + Werkzeuge %3 = Gesamt %4</translation>
    </message>
    <message>
        <source>The sums do not agree: %1</source>
        <translation>Die Summen stimmen nicht überein: %1</translation>
    </message>
</context>
<context>
    <name>lathe::BillView</name>
    <message>
        <source>Bill</source>
        <translation>Rechnung</translation>
    </message>
    <message>
        <source>Adding up…</source>
        <translation>Wird addiert …</translation>
    </message>
    <message>
        <source>Nothing has been charged yet.</source>
        <translation>Bisher wurde nichts berechnet.</translation>
    </message>
    <message>
        <source>Compose a task</source>
        <translation>Aufgabe verfassen</translation>
    </message>
    <message>
        <source>The filters let no line of the ledger through, so there is nothing to export.</source>
        <translation>Die Filter lassen keinen Posten des Hauptbuchs durch, es gibt also nichts zu exportieren.</translation>
    </message>
    <message>
        <source>&amp;Bill</source>
        <translation>&amp;Rechnung</translation>
    </message>
    <message>
        <source>&amp;What if</source>
        <translation>&amp;Was wäre wenn</translation>
    </message>
    <message>
        <source>Re&amp;concile</source>
        <translation>&amp;Abgleich</translation>
    </message>
    <message>
        <source>What was charged</source>
        <translation>Was berechnet wurde</translation>
    </message>
    <message>
        <source>The same tokens at other prices</source>
        <translation>Dieselben Token zu anderen Preisen</translation>
    </message>
    <message>
        <source>What a provider says it charges, beside the ledger</source>
        <translation>Was ein Anbieter nach eigener Angabe berechnet, neben dem Hauptbuch</translation>
    </message>
    <message>
        <source>The export itself says which days are compared.</source>
        <translation>Welche Tage verglichen werden, sagt der Export selbst.</translation>
    </message>
    <message>
        <source>‹ Back</source>
        <translation>‹ Zurück</translation>
    </message>
    <message>
        <source>Back out of the row</source>
        <translation>Zurück aus der Zeile</translation>
    </message>
    <message>
        <source>CSV, FOCUS, JSON or a statement to print, of what the filters let through</source>
        <translation>CSV, FOCUS, JSON oder eine Aufstellung zum Drucken von dem, was die Filter durchlassen</translation>
    </message>
    <message>
        <source>No decision caused these lines.</source>
        <translation>Diese Posten gehen auf keine Entscheidung zurück.</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Out of the row that was opened (Escape)</source>
        <translation>Aus der geöffneten Zeile hinaus (Escape)</translation>
    </message>
</context>
<context>
    <name>lathe::BreakpointModel</name>
    <message>
        <source>tool %1</source>
        <translation>Werkzeug %1</translation>
    </message>
    <message>
        <source>entering phase %1</source>
        <translation>beim Eintritt in Phase %1</translation>
    </message>
    <message>
        <source>after an error</source>
        <translation>nach einem Fehler</translation>
    </message>
    <message>
        <source>Stop at</source>
        <translation>Anhalten bei</translation>
    </message>
    <message>
        <source>In words</source>
        <translation>In Worten</translation>
    </message>
    <message>
        <source>Hits</source>
        <translation>Treffer</translation>
    </message>
</context>
<context>
    <name>lathe::BreakpointsPane</name>
    <message>
        <source>BEFORE_TOOL tool=code_executor, AFTER_DECIDE, phase=POLICY, error …</source>
        <translation>BEFORE_TOOL tool=code_executor, AFTER_DECIDE, phase=POLICY, error …</translation>
    </message>
    <message>
        <source>New breakpoint</source>
        <translation>Neuer Haltepunkt</translation>
    </message>
    <message>
        <source>A stop point, tool=NAME, phase=NAME or error; several must all hold</source>
        <translation>Eine Haltestelle, tool=NAME, phase=NAME oder error; mehrere müssen alle zutreffen</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Add the breakpoint</source>
        <translation>Den Haltepunkt hinzufügen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove the selected breakpoint (Delete)</source>
        <translation>Den gewählten Haltepunkt entfernen (Entf)</translation>
    </message>
    <message>
        <source>Breakpoints</source>
        <translation>Haltepunkte</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>No breakpoint. Press F9 on a decision, or write one above.</source>
        <translation>Kein Haltepunkt. Drücken Sie F9 auf einer Entscheidung oder schreiben Sie oben einen.</translation>
    </message>
</context>
<context>
    <name>lathe::BytesView</name>
    <message>
        <source>Raw bytes</source>
        <translation>Rohe Bytes</translation>
    </message>
    <message>
        <source>Hex</source>
        <translation>Hex</translation>
    </message>
    <message>
        <source>Show offsets and hexadecimal values</source>
        <translation>Positionen und hexadezimale Werte zeigen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy all bytes as text</source>
        <translation>Alle Bytes als Text kopieren</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Speichern …</translation>
    </message>
    <message>
        <source>Save all bytes to a file</source>
        <translation>Alle Bytes in eine Datei speichern</translation>
    </message>
    <message>
        <source>%1, the first %2 are shown</source>
        <translation>%1, gezeigt werden die ersten %2</translation>
    </message>
    <message>
        <source>Save bytes</source>
        <translation>Bytes speichern</translation>
    </message>
    <message>
        <source>%1 was not written: %2</source>
        <translation>%1 wurde nicht geschrieben: %2</translation>
    </message>
    <message>
        <source>Saved as %1</source>
        <translation>Gespeichert als %1</translation>
    </message>
</context>
<context>
    <name>lathe::CheatSheet</name>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>In the list of runs</source>
        <translation>In der Liste der Läufe</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>Erneut ausführen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>In tables and trees</source>
        <translation>In Tabellen und Bäumen</translation>
    </message>
    <message>
        <source>Copy the exact value</source>
        <translation>Genauen Wert kopieren</translation>
    </message>
    <message>
        <source>Change a cell</source>
        <translation>Zelle ändern</translation>
    </message>
</context>
<context>
    <name>lathe::ChipBar</name>
    <message>
        <source>Attach files…</source>
        <translation>Dateien anhängen …</translation>
    </message>
    <message>
        <source>Files lie in the working folder of code_executor under their own names. Drop them here as well.</source>
        <translation>Die Dateien liegen unter ihrem Namen im Arbeitsordner von code_executor. Sie können auch hierher gezogen werden.</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>%1 kann nicht gelesen werden: %2</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>%1 entfernen</translation>
    </message>
    <message>
        <source>Remove attachment %1</source>
        <translation>Anhang %1 entfernen</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>Dateien anhängen</translation>
    </message>
</context>
<context>
    <name>lathe::CommandPalette</name>
    <message>
        <source>Actions and runs</source>
        <translation>Aktionen und Läufe</translation>
    </message>
    <message>
        <source>Type to find an action or a run</source>
        <translation>Tippen, um eine Aktion oder einen Lauf zu finden</translation>
    </message>
</context>
<context>
    <name>lathe::ComposeView</name>
    <message>
        <source>Sample &amp;tasks</source>
        <translation>&amp;Beispielaufgaben</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>Run, stop &amp;first</source>
        <translation>Starten und zuerst &amp;anhalten</translation>
    </message>
    <message>
        <source>What should the agent do? Say it in plain words; put code into a fenced block.</source>
        <translation>Was soll der Agent tun? Sagen Sie es in einfachen Worten; Code gehört in einen umzäunten Block.</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Auftrag</translation>
    </message>
    <message>
        <source>Sample tasks</source>
        <translation>Beispielaufgaben</translation>
    </message>
    <message>
        <source>Tasks to begin with; all run on the built-in model</source>
        <translation>Aufgaben für den Anfang; alle laufen auf dem eingebauten Modell</translation>
    </message>
    <message>
        <source>Run the task (Ctrl+Enter)</source>
        <translation>Die Aufgabe starten (Strg+Eingabe)</translation>
    </message>
    <message>
        <source>Run the task and stop before the first decision (Ctrl+Shift+Enter)</source>
        <translation>Die Aufgabe starten und vor der ersten Entscheidung anhalten (Strg+Umschalt+Eingabe)</translation>
    </message>
    <message>
        <source>Task</source>
        <translation>Aufgabe</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>The same job as JSON; edits here fill the form</source>
        <translation>Derselbe Auftrag als JSON; Änderungen hier füllen das Formular</translation>
    </message>
    <message>
        <source>The task was cleared.</source>
        <translation>Die Aufgabe wurde geleert.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>The JSON was not valid; the form shows the job as it was before.</source>
        <translation>Das JSON war nicht gültig; das Formular zeigt den Auftrag wie zuvor.</translation>
    </message>
    <message>
        <source>No samples are installed</source>
        <translation>Keine Beispiele installiert</translation>
    </message>
    <message>
        <source>The sample took the place of your task.</source>
        <translation>Das Beispiel hat Ihre Aufgabe ersetzt.</translation>
    </message>
    <message>
        <source>Write a prompt or pick a sample task.</source>
        <translation>Schreiben Sie einen Auftrag oder wählen Sie eine Beispielaufgabe.</translation>
    </message>
    <message>
        <source>No estimate: %1</source>
        <translation>Keine Schätzung: %1</translation>
    </message>
    <message>
        <source>About %1 tokens in, at most %2 out a step; first step at most %3, worst case %4</source>
        <translation>Etwa %1 Token hinein, höchstens %2 heraus je Schritt; erster Schritt höchstens %3, schlimmstenfalls %4</translation>
    </message>
    <message>
        <source>By the contract&apos;s measure (characters / 4): %1 tokens. Worst case, exactly: %2</source>
        <translation>Nach dem vereinbarten Maß (Zeichen / 4): %1 Token. Schlimmstenfalls, exakt: %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Policy would refuse it. %1</source>
        <translation>Die Richtlinie würde es ablehnen. %1</translation>
    </message>
    <message>
        <source>Write what the agent should do.</source>
        <translation>Schreiben Sie, was der Agent tun soll.</translation>
    </message>
</context>
<context>
    <name>lathe::CostChart</name>
    <message>
        <source>Chart of cost</source>
        <translation>Kostendiagramm</translation>
    </message>
    <message>
        <source>US dollars</source>
        <translation>US-Dollar</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>The %1 dearest of %2</source>
        <translation>Die %1 teuersten von %2</translation>
    </message>
    <message>
        <source>The last %1</source>
        <translation>Die letzten %1</translation>
    </message>
</context>
<context>
    <name>lathe::CostLineModel</name>
    <message>
        <source>Price book %1, rate %2</source>
        <translation>Preisbuch %1, Satz %2</translation>
    </message>
    <message>
        <source>%1 a call</source>
        <translation>%1 je Aufruf</translation>
    </message>
    <message>
        <source>%1 per 1M</source>
        <translation>%1 je 1 Mio.</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Attempt</source>
        <translation>Versuch</translation>
    </message>
    <message>
        <source>Quantity</source>
        <translation>Menge</translation>
    </message>
    <message>
        <source>Cost ($)</source>
        <translation>Kosten ($)</translation>
    </message>
    <message>
        <source>Amount is</source>
        <translation>Betrag ist</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Price ($)</source>
        <translation>Preis ($)</translation>
    </message>
    <message>
        <source>%1 per 1,000</source>
        <translation>%1 je 1.000</translation>
    </message>
</context>
<context>
    <name>lathe::CostStatement</name>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Calls</source>
        <translation>Aufrufe</translation>
    </message>
    <message>
        <source>Without price</source>
        <translation>Ohne Preis</translation>
    </message>
    <message>
        <source>Cost (USD)</source>
        <translation>Kosten (USD)</translation>
    </message>
    <message>
        <source>Sum</source>
        <translation>Summe</translation>
    </message>
    <message>
        <source>Lines of the ledger</source>
        <translation>Posten des Hauptbuchs</translation>
    </message>
    <message>
        <source>Time (UTC)</source>
        <translation>Zeit (UTC)</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>Nr.</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Quantity</source>
        <translation>Menge</translation>
    </message>
    <message>
        <source>Price (USD)</source>
        <translation>Preis (USD)</translation>
    </message>
    <message>
        <source>%1 per 1M</source>
        <translation>%1 je 1 Mio.</translation>
    </message>
    <message>
        <source>%1 per 1,000</source>
        <translation>%1 je 1.000</translation>
    </message>
    <message numerus="yes">
        <source>%n more line(s) are in the sums above; the breakdown CSV has all of them.</source>
        <translation>
            <numerusform>%n weiterer Posten steckt in den Summen oben; die Einzelposten als CSV enthalten alle.</numerusform>
            <numerusform>%n weitere Posten stecken in den Summen oben; die Einzelposten als CSV enthalten alle.</numerusform>
        </translation>
    </message>
    <message>
        <source>Decisions of models</source>
        <translation>Entscheidungen der Modelle</translation>
    </message>
    <message>
        <source>Fees of tools</source>
        <translation>Gebühren der Werkzeuge</translation>
    </message>
    <message>
        <source>Total charged (USD)</source>
        <translation>Berechnet insgesamt (USD)</translation>
    </message>
    <message>
        <source>Avoided by cache and re-use, not in the total</source>
        <translation>Vermieden durch Cache und Wiederverwendung, nicht in der Summe</translation>
    </message>
    <message>
        <source>Lines without a known price, not in the total</source>
        <translation>Posten ohne bekannten Preis, nicht in der Summe</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Checked: the sums by phase, by decision and tool, and over all lines are the same amount, exactly.</source>
        <translation>Geprüft: Die Summen nach Phase, nach Entscheidung und Werkzeug und über alle Posten sind genau derselbe Betrag.</translation>
    </message>
    <message>
        <source>The sums by phase and by decision and tool do not agree.</source>
        <translation>Die Summen nach Phase und nach Entscheidung und Werkzeug stimmen nicht überein.</translation>
    </message>
    <message>
        <source>Statement of costs</source>
        <translation>Kostenaufstellung</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>Erstellt</translation>
    </message>
    <message>
        <source>By phase</source>
        <translation>Nach Phase</translation>
    </message>
    <message>
        <source>By model</source>
        <translation>Nach Modell</translation>
    </message>
    <message>
        <source>By day</source>
        <translation>Nach Tag</translation>
    </message>
    <message>
        <source>Page %1 of %2</source>
        <translation>Seite %1 von %2</translation>
    </message>
</context>
<context>
    <name>lathe::DebugView</name>
    <message>
        <source>Decisions</source>
        <translation>Entscheidungen</translation>
    </message>
    <message>
        <source>No run is open. Compose a task, or pick a run in the list.</source>
        <translation>Kein Lauf ist geöffnet. Verfassen Sie eine Aufgabe oder wählen Sie einen Lauf aus der Liste.</translation>
    </message>
    <message>
        <source>Compose a task</source>
        <translation>Aufgabe verfassen</translation>
    </message>
    <message>
        <source>Loading the run…</source>
        <translation>Der Lauf wird geladen …</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message numerus="yes">
        <source>%n decision(s)</source>
        <translation>
            <numerusform>%n Entscheidung</numerusform>
            <numerusform>%n Entscheidungen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>from the result cache</source>
        <translation>aus dem Ergebnis-Cache</translation>
    </message>
    <message>
        <source>Edit and run again…</source>
        <translation>Ändern und erneut starten …</translation>
    </message>
    <message>
        <source>This run was interrupted. Going on pays nothing twice.</source>
        <translation>Dieser Lauf wurde unterbrochen. Fortsetzen bezahlt nichts doppelt.</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>No result</source>
        <translation>Kein Ergebnis</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Decision %1, as it arrives</source>
        <translation>Entscheidung %1, wie sie eintrifft</translation>
    </message>
    <message>
        <source>The edited text is no valid JSON, so nothing was sent.</source>
        <translation>Der geänderte Text ist kein gültiges JSON, daher wurde nichts gesendet.</translation>
    </message>
    <message>
        <source>There is no decision.</source>
        <translation>Es gibt keine Entscheidung.</translation>
    </message>
    <message>
        <source>Answered from the result cache: no model was asked and nothing was paid.</source>
        <translation>Aus dem Ergebnis-Cache beantwortet: Kein Modell wurde gefragt, nichts wurde bezahlt.</translation>
    </message>
    <message>
        <source>Run without the cache</source>
        <translation>Ohne Ergebnis-Cache ausführen</translation>
    </message>
    <message>
        <source>You stopped this run. What it spent stands on its bill.</source>
        <translation>Sie haben diesen Lauf beendet. Was er gekostet hat, steht auf seiner Rechnung.</translation>
    </message>
    <message>
        <source>Running %1</source>
        <translation>%1 läuft</translation>
    </message>
    <message>
        <source>Stops at the next stop point; the call in flight finishes first.</source>
        <translation>Hält an der nächsten Haltestelle an; der laufende Aufruf wird noch beendet.</translation>
    </message>
    <message>
        <source>The call in flight is being aborted; it may still be billed.</source>
        <translation>Der laufende Aufruf wird abgebrochen; er kann dennoch berechnet werden.</translation>
    </message>
    <message>
        <source>%1: %2 of %3 are spent, at least 80 %.</source>
        <translation>%1: %2 von %3 sind ausgegeben, mindestens 80 %.</translation>
    </message>
    <message>
        <source>Show the checks</source>
        <translation>Prüfungen zeigen</translation>
    </message>
</context>
<context>
    <name>lathe::DecisionTreeModel</name>
    <message>
        <source>deciding</source>
        <translation>entscheidet</translation>
    </message>
    <message>
        <source>not decided</source>
        <translation>nicht entschieden</translation>
    </message>
    <message>
        <source>waiting for the model</source>
        <translation>wartet auf das Modell</translation>
    </message>
    <message>
        <source>%1, edited</source>
        <translation>%1, geändert</translation>
    </message>
    <message>
        <source>%1, reused</source>
        <translation>%1, wiederverwendet</translation>
    </message>
    <message>
        <source>%1, written by hand</source>
        <translation>%1, von Hand geschrieben</translation>
    </message>
    <message>
        <source>Decision %1, %2 %3, %4</source>
        <translation>Entscheidung %1, %2 %3, %4</translation>
    </message>
    <message>
        <source>Cost of this decision&apos;s model calls and tool calls, in US dollars</source>
        <translation>Kosten der Modell- und Werkzeugaufrufe dieser Entscheidung in US-Dollar</translation>
    </message>
    <message>
        <source>Own cost plus everything in the frames below, in US dollars</source>
        <translation>Eigene Kosten und alles in den Ebenen darunter in US-Dollar</translation>
    </message>
    <message>
        <source>#</source>
        <translation>Nr.</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Tool or answer</source>
        <translation>Werkzeug oder Antwort</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Own ($)</source>
        <translation>Eigen ($)</translation>
    </message>
    <message>
        <source>Incl. ($)</source>
        <translation>Inkl. ($)</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
</context>
<context>
    <name>lathe::ElicitationDialog</name>
    <message>
        <source>The MCP server %1 asks</source>
        <translation>Der MCP-Server %1 fragt</translation>
    </message>
    <message>
        <source>What you enter goes to the server %1 and nowhere else. Never enter a password here.</source>
        <translation>Was Sie eingeben, geht an den Server %1 und sonst nirgendwohin. Geben Sie hier nie ein Kennwort ein.</translation>
    </message>
    <message>
        <source>&amp;Answer</source>
        <translation>&amp;Antworten</translation>
    </message>
    <message>
        <source>Sends what is in the form to the server</source>
        <translation>Sendet dem Server, was im Formular steht</translation>
    </message>
    <message>
        <source>&amp;Decline</source>
        <translation>Ab&amp;lehnen</translation>
    </message>
    <message>
        <source>Tells the server that you do not answer; its tool goes on without it or fails</source>
        <translation>Sagt dem Server, dass Sie nicht antworten; sein Werkzeug macht ohne die Antwort weiter oder scheitert</translation>
    </message>
</context>
<context>
    <name>lathe::ExchangeDialog</name>
    <message>
        <source>Request and reply of decision %1</source>
        <translation>Anfrage und Antwort von Entscheidung %1</translation>
    </message>
    <message>
        <source>Attempt</source>
        <translation>Versuch</translation>
    </message>
    <message>
        <source>Every send to the model, also those that failed</source>
        <translation>Jedes Senden an das Modell, auch die gescheiterten</translation>
    </message>
    <message>
        <source>Decoded</source>
        <translation>Gelesen</translation>
    </message>
    <message>
        <source>Raw bytes</source>
        <translation>Rohe Bytes</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>What it says, or exactly what was on the wire</source>
        <translation>Was darin steht, oder genau, was gesendet wurde</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>Anfrage</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Attempt %1: %2</source>
        <translation>Versuch %1: %2</translation>
    </message>
    <message>
        <source>in flight</source>
        <translation>unterwegs</translation>
    </message>
    <message>
        <source>Nothing has been sent for this decision.</source>
        <translation>Für diese Entscheidung wurde nichts gesendet.</translation>
    </message>
</context>
<context>
    <name>lathe::ExportDialog</name>
    <message>
        <source>&amp;Browse…</source>
        <translation>&amp;Durchsuchen …</translation>
    </message>
    <message>
        <source>Export bill</source>
        <translation>Rechnung exportieren</translation>
    </message>
    <message>
        <source>Breakdown (CSV)</source>
        <translation>Einzelposten (CSV)</translation>
    </message>
    <message>
        <source>Pivot as shown (CSV)</source>
        <translation>Pivot wie gezeigt (CSV)</translation>
    </message>
    <message>
        <source>FOCUS 1.4 (CSV)</source>
        <translation>FOCUS 1.4 (CSV)</translation>
    </message>
    <message>
        <source>FOCUS 1.2 (CSV)</source>
        <translation>FOCUS 1.2 (CSV)</translation>
    </message>
    <message>
        <source>JSON as shown</source>
        <translation>JSON wie gezeigt</translation>
    </message>
    <message>
        <source>Statement (PDF)</source>
        <translation>Aufstellung (PDF)</translation>
    </message>
    <message>
        <source>programs</source>
        <translation>Programme</translation>
    </message>
    <message>
        <source>UTF-8, every text as it is</source>
        <translation>UTF-8, jeder Text so, wie er ist</translation>
    </message>
    <message>
        <source>spreadsheets</source>
        <translation>Tabellenkalkulationen</translation>
    </message>
    <message>
        <source>With a byte order mark; text that a spreadsheet would run as a formula is guarded</source>
        <translation>Mit Byte-Reihenfolge-Marke; Text, den eine Tabellenkalkulation als Formel ausführen würde, wird geschützt</translation>
    </message>
    <message>
        <source>charged here: Lathe is the issuer</source>
        <translation>hier berechnet: Lathe stellt aus</translation>
    </message>
    <message>
        <source>to be merged with providers&apos; invoices: billed cost is 0</source>
        <translation>neben Rechnungen der Anbieter: berechnet ist 0</translation>
    </message>
    <message>
        <source>Lines written</source>
        <translation>Geschriebene Posten</translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation>&amp;Format</translation>
    </message>
    <message>
        <source>F&amp;or</source>
        <translation>F&amp;ür</translation>
    </message>
    <message>
        <source>&amp;Accounting</source>
        <translation>&amp;Abrechnung</translation>
    </message>
    <message>
        <source>F&amp;ile</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>&amp;Exportieren</translation>
    </message>
    <message>
        <source>Whether the cost is billed by this file or by the providers&apos; own invoices</source>
        <translation>Ob diese Datei die Kosten berechnet oder die Rechnungen der Anbieter</translation>
    </message>
    <message>
        <source>Only FOCUS files tell who bills.</source>
        <translation>Nur FOCUS-Dateien sagen, wer berechnet.</translation>
    </message>
    <message>
        <source>Who reads the file</source>
        <translation>Wer die Datei liest</translation>
    </message>
    <message>
        <source>Only CSV files differ by their readers.</source>
        <translation>Nur CSV-Dateien unterscheiden sich nach ihren Lesern.</translation>
    </message>
    <message>
        <source>Every line of the ledger: one meter of one attempt, with its exact price and cost.</source>
        <translation>Jeder Posten des Hauptbuchs: ein Zähler eines Versuchs mit genauem Preis und genauen Kosten.</translation>
    </message>
    <message>
        <source>The groups of the table, the last of them in columns, with totals.</source>
        <translation>Die Gruppen der Tabelle, die letzte in Spalten, mit Summen.</translation>
    </message>
    <message>
        <source>The FinOps cost and usage specification 1.4. Lines of unknown cost are left out and counted in the summary.</source>
        <translation>Die FinOps-Spezifikation für Kosten und Nutzung 1.4. Posten mit unbekannten Kosten fehlen und werden in der Zusammenfassung gezählt.</translation>
    </message>
    <message>
        <source>The FinOps cost and usage specification 1.2, for tools that do not know 1.4 yet.</source>
        <translation>Die FinOps-Spezifikation für Kosten und Nutzung 1.2, für Programme, die 1.4 noch nicht kennen.</translation>
    </message>
    <message>
        <source>The groups of the table with their sums and the check; money as decimal text.</source>
        <translation>Die Gruppen der Tabelle mit Summen und Probe; Beträge als Dezimaltext.</translation>
    </message>
    <message>
        <source>To print or to hand on: totals by phase, model and day, and the lines, with exact sums.</source>
        <translation>Zum Drucken oder Weitergeben: Summen nach Phase, Modell und Tag und die Posten, mit exakten Summen.</translation>
    </message>
    <message>
        <source>Name a file.</source>
        <translation>Eine Datei nennen.</translation>
    </message>
    <message>
        <source>The folder %1 is not there.</source>
        <translation>Den Ordner %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>This file is there already and will be replaced. Beside it comes %1.</source>
        <translation>Diese Datei gibt es schon; sie wird ersetzt. Daneben kommt %1.</translation>
    </message>
    <message>
        <source>Beside it comes %1 with rows, sums and SHA-256.</source>
        <translation>Daneben kommt %1 mit Zeilen, Summen und SHA-256.</translation>
    </message>
    <message>
        <source>Writes the file</source>
        <translation>Schreibt die Datei</translation>
    </message>
    <message>
        <source>CSV files (*.csv)</source>
        <translation>CSV-Dateien (*.csv)</translation>
    </message>
    <message>
        <source>JSON files (*.json)</source>
        <translation>JSON-Dateien (*.json)</translation>
    </message>
    <message>
        <source>PDF files (*.pdf)</source>
        <translation>PDF-Dateien (*.pdf)</translation>
    </message>
    <message>
        <source>Stops the export; no file is left behind</source>
        <translation>Bricht den Export ab; keine Datei bleibt zurück</translation>
    </message>
    <message>
        <source>Cancelled; no file was written.</source>
        <translation>Abgebrochen; es wurde keine Datei geschrieben.</translation>
    </message>
    <message numerus="yes">
        <source>%1 written: %n line(s), %2.</source>
        <translation>
            <numerusform>%1 geschrieben: %n Posten, %2.</numerusform>
            <numerusform>%1 geschrieben: %n Posten, %2.</numerusform>
        </translation>
    </message>
    <message>
        <source>A spreadsheet would run text in it that looks like a formula.</source>
        <translation>Eine Tabellenkalkulation würde Text darin, der wie eine Formel aussieht, ausführen.</translation>
    </message>
</context>
<context>
    <name>lathe::Inspector</name>
    <message>
        <source>Reasoning</source>
        <translation>Begründung</translation>
    </message>
    <message>
        <source>Verdicts and edits</source>
        <translation>Urteile und Änderungen</translation>
    </message>
    <message>
        <source>Policy checks</source>
        <translation>Prüfungen der Richtlinie</translation>
    </message>
    <message>
        <source>Lines of the ledger</source>
        <translation>Posten des Hauptbuchs</translation>
    </message>
    <message>
        <source>Attempt</source>
        <translation>Versuch</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>Anfrage</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Which bytes</source>
        <translation>Welche Bytes</translation>
    </message>
    <message>
        <source>What the model says about why</source>
        <translation>Was das Modell zum Warum sagt</translation>
    </message>
    <message>
        <source>What was sent to the model</source>
        <translation>Was an das Modell gesendet wurde</translation>
    </message>
    <message>
        <source>What came back</source>
        <translation>Was zurückkam</translation>
    </message>
    <message>
        <source>Arguments</source>
        <translation>Argumente</translation>
    </message>
    <message>
        <source>What the tool was called with</source>
        <translation>Womit das Werkzeug aufgerufen wurde</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>What the tool gave back, or the answer</source>
        <translation>Was das Werkzeug zurückgab, oder die Antwort</translation>
    </message>
    <message>
        <source>Policy</source>
        <translation>Richtlinie</translation>
    </message>
    <message>
        <source>Checks, verdicts and edits</source>
        <translation>Prüfungen, Urteile und Änderungen</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>The lines of the ledger</source>
        <translation>Die Posten des Hauptbuchs</translation>
    </message>
    <message>
        <source>Raw bytes</source>
        <translation>Rohe Bytes</translation>
    </message>
    <message>
        <source>Exactly what was on the wire</source>
        <translation>Genau das, was über die Leitung ging</translation>
    </message>
    <message>
        <source>Select a decision.</source>
        <translation>Wählen Sie eine Entscheidung.</translation>
    </message>
    <message>
        <source>Nothing has been sent for this decision.</source>
        <translation>Für diese Entscheidung wurde nichts gesendet.</translation>
    </message>
    <message>
        <source>Next prompt:</source>
        <translation>Nächster Auftrag:</translation>
    </message>
    <message>
        <source>The reply could not be acted on: %1</source>
        <translation>Nach der Antwort konnte nicht gehandelt werden: %1</translation>
    </message>
    <message>
        <source>The model gave no reasoning.</source>
        <translation>Das Modell gab keine Begründung.</translation>
    </message>
    <message>
        <source>The model has not answered yet.</source>
        <translation>Das Modell hat noch nicht geantwortet.</translation>
    </message>
    <message>
        <source>Attempt %1: %2</source>
        <translation>Versuch %1: %2</translation>
    </message>
    <message>
        <source>in flight</source>
        <translation>unterwegs</translation>
    </message>
    <message>
        <source>Nothing has been sent.</source>
        <translation>Es wurde nichts gesendet.</translation>
    </message>
    <message>
        <source>%1 %2 · request hash %3</source>
        <translation>%1 %2 · Hash der Anfrage %3</translation>
    </message>
    <message>
        <source>This decision calls no tool.</source>
        <translation>Diese Entscheidung ruft kein Werkzeug auf.</translation>
    </message>
    <message>
        <source>%1 · %2%3</source>
        <translation>%1 · %2%3</translation>
    </message>
    <message>
        <source> · edited</source>
        <translation> · geändert</translation>
    </message>
    <message>
        <source>Final answer</source>
        <translation>Endgültige Antwort</translation>
    </message>
    <message>
        <source>There is no result.</source>
        <translation>Es gibt kein Ergebnis.</translation>
    </message>
    <message>
        <source>written by hand, the tool did not run</source>
        <translation>von Hand geschrieben, das Werkzeug lief nicht</translation>
    </message>
    <message>
        <source>reused</source>
        <translation>wiederverwendet</translation>
    </message>
    <message>
        <source>Verdict %1 by %2%3</source>
        <translation>Urteil %1 von %2%3</translation>
    </message>
    <message>
        <source>Edit of %1 at %2: %3 → %4</source>
        <translation>Änderung von %1 um %2: %3 → %4</translation>
    </message>
    <message>
        <source>Reason: %1</source>
        <translation>Grund: %1</translation>
    </message>
    <message>
        <source>No verdict and no edit.</source>
        <translation>Kein Urteil und keine Änderung.</translation>
    </message>
    <message>
        <source>Model %1 · tools %2 · own %3 · with the frames below %4</source>
        <translation>Modell %1 · Werkzeuge %2 · eigen %3 · mit den Ebenen darunter %4</translation>
    </message>
    <message>
        <source>No check belongs to this decision.</source>
        <translation>Zu dieser Entscheidung gehört keine Prüfung.</translation>
    </message>
    <message>
        <source>Nothing was charged for this decision.</source>
        <translation>Für diese Entscheidung wurde nichts berechnet.</translation>
    </message>
</context>
<context>
    <name>lathe::ItemViews</name>
    <message>
        <source>&amp;Copy value</source>
        <translation>Wert &amp;kopieren</translation>
    </message>
    <message>
        <source>Copy &amp;row</source>
        <translation>&amp;Zeile kopieren</translation>
    </message>
    <message>
        <source>Copy &amp;table as CSV</source>
        <translation>&amp;Tabelle als CSV kopieren</translation>
    </message>
</context>
<context>
    <name>lathe::JobForm</name>
    <message>
        <source>&amp;Stream the reply</source>
        <translation>Antwort &amp;streamen</translation>
    </message>
    <message>
        <source>Use the result &amp;cache</source>
        <translation>Ergebnis-&amp;Cache benutzen</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>Shown in lists and on bills</source>
        <translation>Steht in Listen und auf Rechnungen</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>What the run is called; may be empty</source>
        <translation>Wie der Lauf heißt; darf leer sein</translation>
    </message>
    <message>
        <source>&amp;User</source>
        <translation>&amp;Benutzer</translation>
    </message>
    <message>
        <source>Whose limits hold and who pays</source>
        <translation>Wessen Grenzen gelten und wer bezahlt</translation>
    </message>
    <message>
        <source>Tier</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>&amp;Provider</source>
        <translation>&amp;Anbieter</translation>
    </message>
    <message>
        <source>Where the model runs; addresses and keys are in the settings</source>
        <translation>Wo das Modell läuft; Adressen und Schlüssel stehen in den Einstellungen</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>Empty: the provider&apos;s default</source>
        <translation>Leer: Vorgabe des Anbieters</translation>
    </message>
    <message>
        <source>the model&apos;s default</source>
        <translation>Vorgabe des Modells</translation>
    </message>
    <message>
        <source>0 to 2; higher is more varied</source>
        <translation>0 bis 2; höher ist abwechslungsreicher</translation>
    </message>
    <message>
        <source>Show the text as it arrives</source>
        <translation>Den Text zeigen, wie er eintrifft</translation>
    </message>
    <message>
        <source>The same job of the same user is answered from the cache, at no cost</source>
        <translation>Derselbe Auftrag desselben Benutzers wird kostenlos aus dem Cache beantwortet</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Grenzen</translation>
    </message>
    <message>
        <source>Tools the agent may use</source>
        <translation>Werkzeuge, die der Agent benutzen darf</translation>
    </message>
    <message>
        <source>&amp;All</source>
        <translation>A&amp;lle</translation>
    </message>
    <message>
        <source>Every tool the user&apos;s policy allows</source>
        <translation>Jedes Werkzeug, das die Richtlinie des Benutzers erlaubt</translation>
    </message>
    <message>
        <source>N&amp;one</source>
        <translation>&amp;Keine</translation>
    </message>
    <message>
        <source>The agent answers without tools</source>
        <translation>Der Agent antwortet ohne Werkzeuge</translation>
    </message>
    <message>
        <source>run without asking</source>
        <translation>laufen ohne Rückfrage</translation>
    </message>
    <message>
        <source>wait for my approval</source>
        <translation>warten auf meine Zustimmung</translation>
    </message>
    <message>
        <source>are all refused</source>
        <translation>werden alle abgelehnt</translation>
    </message>
    <message>
        <source>Tool &amp;calls</source>
        <translation>Werkzeugau&amp;frufe</translation>
    </message>
    <message>
        <source>What happens when the agent wants to call a tool</source>
        <translation>Was geschieht, wenn der Agent ein Werkzeug aufrufen will</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keines</translation>
    </message>
    <message>
        <source>&amp;Budget ($)</source>
        <translation>&amp;Budget ($)</translation>
    </message>
    <message>
        <source>For the whole run; never overspent</source>
        <translation>Für den ganzen Lauf; wird nie überschritten</translation>
    </message>
    <message>
        <source>S&amp;teps</source>
        <translation>S&amp;chritte</translation>
    </message>
    <message>
        <source>Decisions in the whole run</source>
        <translation>Entscheidungen im ganzen Lauf</translation>
    </message>
    <message>
        <source>&amp;Depth</source>
        <translation>&amp;Tiefe</translation>
    </message>
    <message>
        <source>Depth of frames</source>
        <translation>Tiefe der Ebenen</translation>
    </message>
    <message>
        <source>Conte&amp;xt (tokens)</source>
        <translation>Konte&amp;xt (Token)</translation>
    </message>
    <message>
        <source>Largest prompt of a step</source>
        <translation>Größter Auftrag eines Schritts</translation>
    </message>
    <message>
        <source>Out&amp;put (tokens)</source>
        <translation>Aus&amp;gabe (Token)</translation>
    </message>
    <message>
        <source>Largest reply of a step</source>
        <translation>Größte Antwort eines Schritts</translation>
    </message>
    <message>
        <source>name of the model</source>
        <translation>Name des Modells</translation>
    </message>
    <message>
        <source>%1: depth %2, %3 tokens, %4 tool calls, %5 runs a minute</source>
        <translation>%1: Tiefe %2, %3 Token, %4 Werkzeugaufrufe, %5 Läufe je Minute</translation>
    </message>
    <message>
        <source>new user, gets the tier %1</source>
        <translation>neuer Benutzer, bekommt die Stufe %1</translation>
    </message>
    <message>
        <source>is not an amount in dollars; write it like 0.20</source>
        <translation>ist kein Betrag in Dollar; schreiben Sie ihn wie 0,20</translation>
    </message>
    <message>
        <source>May open child &amp;frames</source>
        <translation>Darf &amp;Unterebenen öffnen</translation>
    </message>
    <message>
        <source>The agent may hand parts of the task to child frames (llm_call)</source>
        <translation>Der Agent darf Teile der Aufgabe an Ebenen darunter geben (llm_call)</translation>
    </message>
    <message>
        <source>Temp&amp;erature</source>
        <translation>Temp&amp;eratur</translation>
    </message>
</context>
<context>
    <name>lathe::JournalModel</name>
    <message>
        <source>Seq.</source>
        <translation>Folge</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Phase</source>
        <translation>Phase</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>Ereignis</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>Zusammenfassung</translation>
    </message>
</context>
<context>
    <name>lathe::JournalPane</name>
    <message>
        <source>all entries</source>
        <translation>alle Einträge</translation>
    </message>
    <message>
        <source>run and phases</source>
        <translation>Lauf und Phasen</translation>
    </message>
    <message>
        <source>decisions and frames</source>
        <translation>Entscheidungen und Ebenen</translation>
    </message>
    <message>
        <source>model calls</source>
        <translation>Modellaufrufe</translation>
    </message>
    <message>
        <source>tool calls</source>
        <translation>Werkzeugaufrufe</translation>
    </message>
    <message>
        <source>policy</source>
        <translation>Richtlinie</translation>
    </message>
    <message>
        <source>money</source>
        <translation>Geld</translation>
    </message>
    <message>
        <source>stops and edits</source>
        <translation>Halte und Änderungen</translation>
    </message>
    <message>
        <source>problems</source>
        <translation>Probleme</translation>
    </message>
    <message>
        <source>Kind of entry</source>
        <translation>Art des Eintrags</translation>
    </message>
    <message>
        <source>Show only entries of one kind</source>
        <translation>Nur Einträge einer Art zeigen</translation>
    </message>
    <message>
        <source>Filter by text in the details</source>
        <translation>Nach Text in den Einzelheiten filtern</translation>
    </message>
    <message>
        <source>Filter the journal</source>
        <translation>Das Journal filtern</translation>
    </message>
    <message>
        <source>Searches the whole journal of the run</source>
        <translation>Durchsucht das ganze Journal des Laufs</translation>
    </message>
    <message>
        <source>Journal</source>
        <translation>Journal</translation>
    </message>
    <message>
        <source>The journal of the open run stands here.</source>
        <translation>Hier steht das Journal des geöffneten Laufs.</translation>
    </message>
    <message>
        <source>Loading the journal…</source>
        <translation>Das Journal wird geladen …</translation>
    </message>
    <message>
        <source>No entry matches the filter.</source>
        <translation>Kein Eintrag passt zum Filter.</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alle zeigen</translation>
    </message>
</context>
<context>
    <name>lathe::JournalSummary</name>
    <message>
        <source>decision %1</source>
        <translation>Entscheidung %1</translation>
    </message>
    <message numerus="yes">
        <source>%n issue(s)</source>
        <translation>
            <numerusform>%n Beanstandung</numerusform>
            <numerusform>%n Beanstandungen</numerusform>
        </translation>
    </message>
    <message>
        <source>cache switched off</source>
        <translation>Cache ausgeschaltet</translation>
    </message>
    <message>
        <source>hit, %1 avoided</source>
        <translation>Treffer, %1 vermieden</translation>
    </message>
    <message>
        <source>miss</source>
        <translation>kein Treffer</translation>
    </message>
    <message>
        <source>%1 characters, about %2 tokens</source>
        <translation>%1 Zeichen, etwa %2 Token</translation>
    </message>
    <message numerus="yes">
        <source>%n check(s)</source>
        <translation>
            <numerusform>%n Prüfung</numerusform>
            <numerusform>%n Prüfungen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 failed</source>
        <translation>%1 fehlgeschlagen</translation>
    </message>
    <message>
        <source>all passed</source>
        <translation>alle bestanden</translation>
    </message>
    <message>
        <source>frame %1</source>
        <translation>Ebene %1</translation>
    </message>
    <message>
        <source>%1 of %2 reserved</source>
        <translation>%1 von %2 reserviert</translation>
    </message>
    <message>
        <source>attempt %1</source>
        <translation>Versuch %1</translation>
    </message>
    <message>
        <source>about %1 tokens</source>
        <translation>etwa %1 Token</translation>
    </message>
    <message>
        <source>again in %1</source>
        <translation>erneut in %1</translation>
    </message>
    <message>
        <source>ok</source>
        <translation>ok</translation>
    </message>
    <message>
        <source>%1 of %2 spent</source>
        <translation>%1 von %2 ausgegeben</translation>
    </message>
</context>
<context>
    <name>lathe::JsonEditor</name>
    <message>
        <source>JSON text</source>
        <translation>JSON-Text</translation>
    </message>
    <message>
        <source>Line %1, %2: %3</source>
        <translation>Zeile %1, %2: %3</translation>
    </message>
    <message>
        <source>valid ✓</source>
        <translation>gültig ✓</translation>
    </message>
</context>
<context>
    <name>lathe::JsonTreeModel</name>
    <message numerus="yes">
        <source>{%n member(s)}</source>
        <translation>
            <numerusform>{%n Eintrag}</numerusform>
            <numerusform>{%n Einträge}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>[%n element(s)]</source>
        <translation>
            <numerusform>[%n Element]</numerusform>
            <numerusform>[%n Elemente]</numerusform>
        </translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
</context>
<context>
    <name>lathe::JsonView</name>
    <message>
        <source>JSON tree</source>
        <translation>JSON-Baum</translation>
    </message>
    <message>
        <source>Copy &amp;value</source>
        <translation>&amp;Wert kopieren</translation>
    </message>
    <message>
        <source>Copy &amp;path</source>
        <translation>&amp;Pfad kopieren</translation>
    </message>
    <message>
        <source>Copy &amp;everything</source>
        <translation>&amp;Alles kopieren</translation>
    </message>
    <message>
        <source>JSON text</source>
        <translation>JSON-Text</translation>
    </message>
    <message>
        <source>Selected text in full</source>
        <translation>Gewählter Text ganz</translation>
    </message>
    <message>
        <source>Tree</source>
        <translation>Baum</translation>
    </message>
    <message>
        <source>Show as a tree</source>
        <translation>Als Baum zeigen</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Show as text</source>
        <translation>Als Text zeigen</translation>
    </message>
    <message>
        <source>Search inside</source>
        <translation>Darin suchen</translation>
    </message>
    <message>
        <source>Search inside the JSON</source>
        <translation>Im JSON suchen</translation>
    </message>
    <message>
        <source>Copy everything</source>
        <translation>Alles kopieren</translation>
    </message>
</context>
<context>
    <name>lathe::KeyStore</name>
    <message>
        <source>Kept in the keychain of this computer.</source>
        <translation>Liegt im Schlüsselbund dieses Rechners.</translation>
    </message>
    <message>
        <source>Taken from the environment variable %1.</source>
        <translation>Kommt aus der Umgebungsvariable %1.</translation>
    </message>
    <message>
        <source>Kept in memory until Lathe is closed: no keychain is available.</source>
        <translation>Bleibt im Speicher, bis Lathe geschlossen wird: Es gibt keinen Schlüsselbund.</translation>
    </message>
    <message>
        <source>No key is set.</source>
        <translation>Kein Schlüssel ist gesetzt.</translation>
    </message>
    <message>
        <source>No key is set here or in the environment variable %1.</source>
        <translation>Weder hier noch in der Umgebungsvariable %1 ist ein Schlüssel gesetzt.</translation>
    </message>
</context>
<context>
    <name>lathe::KnowledgeModel</name>
    <message>
        <source>%1 (built in)</source>
        <translation>%1 (eingebaut)</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>Passages</source>
        <translation>Abschnitte</translation>
    </message>
    <message>
        <source>Characters</source>
        <translation>Zeichen</translation>
    </message>
    <message>
        <source>Added</source>
        <translation>Hinzugefügt</translation>
    </message>
</context>
<context>
    <name>lathe::KnowledgeView</name>
    <message>
        <source>&amp;Drop…</source>
        <translation>&amp;Verwerfen …</translation>
    </message>
    <message>
        <source>Knowledge bases</source>
        <translation>Wissensbasen</translation>
    </message>
    <message>
        <source>Search all knowledge bases</source>
        <translation>Alle Wissensbasen durchsuchen</translation>
    </message>
    <message>
        <source>Passages found</source>
        <translation>Gefundene Abschnitte</translation>
    </message>
    <message>
        <source>Passages stand here, best first, as retrieve_context would find them.</source>
        <translation>Hier stehen Abschnitte, die besten zuerst, so wie retrieve_context sie fände.</translation>
    </message>
    <message>
        <source>&amp;Add files…</source>
        <translation>Dateien &amp;hinzufügen …</translation>
    </message>
    <message>
        <source>Text files become one knowledge base, split into passages</source>
        <translation>Textdateien werden zu einer Wissensbasis, in Abschnitte geteilt</translation>
    </message>
    <message>
        <source>Removes the selected knowledge base and its index; the files stay</source>
        <translation>Entfernt die gewählte Wissensbasis und ihren Index; die Dateien bleiben</translation>
    </message>
    <message>
        <source>The built-in knowledge base stays</source>
        <translation>Die eingebaute Wissensbasis bleibt</translation>
    </message>
    <message>
        <source>Loading the knowledge bases…</source>
        <translation>Die Wissensbasen werden geladen …</translation>
    </message>
    <message>
        <source>There is no knowledge base yet.</source>
        <translation>Es gibt noch keine Wissensbasis.</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>Dateien hinzufügen …</translation>
    </message>
    <message>
        <source>Add files to the knowledge</source>
        <translation>Dateien zum Wissen hinzufügen</translation>
    </message>
    <message numerus="yes">
        <source>Reading %n file(s)…</source>
        <translation>
            <numerusform>%n Datei wird gelesen …</numerusform>
            <numerusform>%n Dateien werden gelesen …</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2 documents, %3 passages</source>
        <translation>%1: %2 Dokumente, %3 Abschnitte</translation>
    </message>
    <message>
        <source>Dropping “%1” removes %2 documents and %3 passages from the index. It cannot be undone.</source>
        <translation>„%1“ zu verwerfen entfernt %2 Dokumente und %3 Abschnitte aus dem Index. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>No passage found.</source>
        <translation>Kein Abschnitt gefunden.</translation>
    </message>
    <message numerus="yes">
        <source>%n passage(s), best first</source>
        <translation>
            <numerusform>%n Abschnitt</numerusform>
            <numerusform>%n Abschnitte, die besten zuerst</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::LocalModelsModel</name>
    <message>
        <source>no models</source>
        <translation>keine Modelle</translation>
    </message>
    <message>
        <source>native</source>
        <translation>selbst</translation>
    </message>
    <message>
        <source>as JSON</source>
        <translation>als JSON</translation>
    </message>
    <message>
        <source>Tokens that prompt and reply may have together</source>
        <translation>Token, die Auftrag und Antwort zusammen haben dürfen</translation>
    </message>
    <message>
        <source>Whether the model calls tools itself, or is asked for decisions as JSON</source>
        <translation>Ob das Modell Werkzeuge selbst aufruft oder Entscheidungen als JSON erfragt werden</translation>
    </message>
    <message>
        <source>Input / output, by the price book in use</source>
        <translation>Eingabe / Ausgabe, nach dem Preisbuch, das gilt</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>$ per million</source>
        <translation>$ je Million</translation>
    </message>
</context>
<context>
    <name>lathe::LocalServersPane</name>
    <message>
        <source>&amp;Look again</source>
        <translation>&amp;Noch einmal suchen</translation>
    </message>
    <message>
        <source>&amp;Use this model</source>
        <translation>Dieses Modell &amp;benutzen</translation>
    </message>
    <message>
        <source>Models of servers on this machine</source>
        <translation>Modelle von Servern auf diesem Rechner</translation>
    </message>
    <message>
        <source>Asks the usual ports of 127.0.0.1 once more</source>
        <translation>Fragt die üblichen Ports von 127.0.0.1 noch einmal</translation>
    </message>
    <message>
        <source>Select a model first.</source>
        <translation>Wählen Sie zuerst ein Modell aus.</translation>
    </message>
    <message>
        <source>Ollama, llama.cpp, LM Studio, Jan and vLLM at their usual ports of this machine. No other machine is asked.</source>
        <translation>Ollama, llama.cpp, LM Studio, Jan und vLLM an ihren üblichen Ports dieses Rechners. Kein anderer Rechner wird gefragt.</translation>
    </message>
    <message>
        <source>Sets base URL and model of the provider openai</source>
        <translation>Setzt Basis-URL und Modell des Anbieters openai</translation>
    </message>
    <message>
        <source>Looking for servers…</source>
        <translation>Server werden gesucht …</translation>
    </message>
    <message>
        <source>No server of models answers on this machine. Start one, then look again.</source>
        <translation>Auf diesem Rechner antwortet kein Modellserver. Starten Sie einen und suchen Sie noch einmal.</translation>
    </message>
</context>
<context>
    <name>lathe::MainWindow</name>
    <message>
        <source>Lathe</source>
        <translation>Lathe</translation>
    </message>
    <message>
        <source>Opening %1…</source>
        <translation>%1 wird geöffnet …</translation>
    </message>
    <message>
        <source>%1 – Lathe</source>
        <translation>%1 – Lathe</translation>
    </message>
    <message>
        <source>Show or hide %1</source>
        <translation>%1 zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>Journal</source>
        <translation>Journal</translation>
    </message>
    <message>
        <source>Breakpoints</source>
        <translation>Haltepunkte</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;New task</source>
        <translation>&amp;Neue Aufgabe</translation>
    </message>
    <message>
        <source>Start with an empty task</source>
        <translation>Mit einer leeren Aufgabe beginnen</translation>
    </message>
    <message>
        <source>Sample &amp;tasks</source>
        <translation>&amp;Beispielaufgaben</translation>
    </message>
    <message>
        <source>&amp;Open database…</source>
        <translation>Datenbank ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>Open another database in a window of its own</source>
        <translation>Eine andere Datenbank in einem eigenen Fenster öffnen</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>&amp;Einstellungen …</translation>
    </message>
    <message>
        <source>Providers, prices, storage, appearance, language</source>
        <translation>Anbieter, Preise, Speicher, Aussehen, Sprache</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Close the window; what runs can be resumed</source>
        <translation>Das Fenster schließen; was läuft, kann fortgesetzt werden</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Filter the view</source>
        <translation>Ansicht &amp;filtern</translation>
    </message>
    <message>
        <source>Filter or search the view in focus</source>
        <translation>Die Ansicht im Fokus filtern oder durchsuchen</translation>
    </message>
    <message>
        <source>Find &amp;action or run…</source>
        <translation>&amp;Aktion oder Lauf finden …</translation>
    </message>
    <message>
        <source>All actions and runs by name</source>
        <translation>Alle Aktionen und Läufe nach Namen</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Compose</source>
        <translation>&amp;Verfassen</translation>
    </message>
    <message>
        <source>Compose a task</source>
        <translation>Aufgabe verfassen</translation>
    </message>
    <message>
        <source>&amp;Debug</source>
        <translation>&amp;Schrittlauf</translation>
    </message>
    <message>
        <source>Step through a run</source>
        <translation>Schrittweise durch einen Lauf gehen</translation>
    </message>
    <message>
        <source>&amp;Bill</source>
        <translation>&amp;Rechnung</translation>
    </message>
    <message>
        <source>See what it cost</source>
        <translation>Sehen, was es gekostet hat</translation>
    </message>
    <message>
        <source>&amp;Policy</source>
        <translation>Ri&amp;chtlinie</translation>
    </message>
    <message>
        <source>Users, tiers and limits</source>
        <translation>Benutzer, Stufen und Grenzen</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>&amp;Werkzeuge</translation>
    </message>
    <message>
        <source>Tools and knowledge bases</source>
        <translation>Werkzeuge und Wissensbasen</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>Anordnung &amp;zurücksetzen</translation>
    </message>
    <message>
        <source>Put all panes back in their places</source>
        <translation>Alle Bereiche an ihren Platz zurücksetzen</translation>
    </message>
    <message>
        <source>&amp;Next pane</source>
        <translation>&amp;Nächster Bereich</translation>
    </message>
    <message>
        <source>Move to the next pane</source>
        <translation>Zum nächsten Bereich gehen</translation>
    </message>
    <message>
        <source>&amp;Previous pane</source>
        <translation>V&amp;origer Bereich</translation>
    </message>
    <message>
        <source>Move to the previous pane</source>
        <translation>Zum vorigen Bereich gehen</translation>
    </message>
    <message>
        <source>Go &amp;back</source>
        <translation>&amp;Zurück</translation>
    </message>
    <message>
        <source>Back to where you were</source>
        <translation>Dorthin zurück, wo Sie waren</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Debug</source>
        <translation>Schrittlauf</translation>
    </message>
    <message>
        <source>&amp;Check tools again</source>
        <translation>Werkzeuge erneut &amp;prüfen</translation>
    </message>
    <message>
        <source>See again which tools work here</source>
        <translation>Erneut sehen, welche Werkzeuge hier arbeiten</translation>
    </message>
    <message>
        <source>&amp;Knowledge bases</source>
        <translation>W&amp;issensbasen</translation>
    </message>
    <message>
        <source>What retrieve_context searches</source>
        <translation>Was retrieve_context durchsucht</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>&amp;Tasten</translation>
    </message>
    <message>
        <source>All keys at a glance</source>
        <translation>Alle Tasten auf einen Blick</translation>
    </message>
    <message>
        <source>&amp;About Lathe</source>
        <translation>Ü&amp;ber Lathe</translation>
    </message>
    <message>
        <source>Version and licence</source>
        <translation>Version und Lizenz</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Lauf</translation>
    </message>
    <message>
        <source>&amp;Run the task</source>
        <translation>Aufgabe &amp;starten</translation>
    </message>
    <message>
        <source>Run what is composed</source>
        <translation>Starten, was verfasst ist</translation>
    </message>
    <message>
        <source>Run, stop at the &amp;first decision</source>
        <translation>Starten, bei der &amp;ersten Entscheidung anhalten</translation>
    </message>
    <message>
        <source>Run and stop before anything is sent</source>
        <translation>Starten und anhalten, bevor etwas gesendet wird</translation>
    </message>
    <message>
        <source>Run a&amp;gain…</source>
        <translation>E&amp;rneut starten …</translation>
    </message>
    <message>
        <source>Compose the task of the selected run again</source>
        <translation>Die Aufgabe des gewählten Laufs erneut verfassen</translation>
    </message>
    <message>
        <source>Re&amp;sume</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>Go on with an interrupted run; nothing is paid twice</source>
        <translation>Einen unterbrochenen Lauf fortsetzen; nichts wird doppelt bezahlt</translation>
    </message>
    <message>
        <source>Show its &amp;bill</source>
        <translation>Seine &amp;Rechnung zeigen</translation>
    </message>
    <message>
        <source>What the open run cost</source>
        <translation>Was der geöffnete Lauf gekostet hat</translation>
    </message>
    <message>
        <source>&amp;Delete run</source>
        <translation>Lauf &amp;löschen</translation>
    </message>
    <message>
        <source>Delete the selected run and its bill; can be undone at once</source>
        <translation>Den gewählten Lauf und seine Rechnung löschen; lässt sich sofort rückgängig machen</translation>
    </message>
    <message>
        <source>Debugger</source>
        <translation>Schrittlauf</translation>
    </message>
    <message>
        <source>&amp;Continue</source>
        <translation>&amp;Fortfahren</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Fortfahren</translation>
    </message>
    <message>
        <source>Start, or go on to the next breakpoint or the end</source>
        <translation>Starten oder bis zum nächsten Haltepunkt oder Ende fortfahren</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Stop at the next stop point; a call in flight finishes</source>
        <translation>An der nächsten Haltestelle anhalten; ein Aufruf unterwegs wird beendet</translation>
    </message>
    <message>
        <source>&amp;Interrupt now</source>
        <translation>Jetzt &amp;unterbrechen</translation>
    </message>
    <message>
        <source>Interrupt</source>
        <translation>Unterbrechen</translation>
    </message>
    <message>
        <source>Abort the call in flight; it may still be billed</source>
        <translation>Den Aufruf unterwegs abbrechen; er kann trotzdem berechnet werden</translation>
    </message>
    <message>
        <source>Step &amp;over</source>
        <translation>Schritt &amp;darüber</translation>
    </message>
    <message>
        <source>Over</source>
        <translation>Darüber</translation>
    </message>
    <message>
        <source>One whole decision in this frame</source>
        <translation>Eine ganze Entscheidung in dieser Ebene</translation>
    </message>
    <message>
        <source>Step in&amp;to</source>
        <translation>Schritt &amp;hinein</translation>
    </message>
    <message>
        <source>Into</source>
        <translation>Hinein</translation>
    </message>
    <message>
        <source>The next stop point, entering a child frame</source>
        <translation>Die nächste Haltestelle, auch in einer Ebene darunter</translation>
    </message>
    <message>
        <source>Step o&amp;ut</source>
        <translation>Schritt hin&amp;aus</translation>
    </message>
    <message>
        <source>Out</source>
        <translation>Hinaus</translation>
    </message>
    <message>
        <source>Until this frame returns</source>
        <translation>Bis diese Ebene zurückkehrt</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>End the run; what was spent is billed</source>
        <translation>Den Lauf beenden; was ausgegeben wurde, wird berechnet</translation>
    </message>
    <message>
        <source>Toggle &amp;breakpoint</source>
        <translation>&amp;Haltepunkt umschalten</translation>
    </message>
    <message>
        <source>Stop whenever something like the selected row is about to happen</source>
        <translation>Immer anhalten, wenn etwas wie die gewählte Zeile bevorsteht</translation>
    </message>
    <message>
        <source>Breakpoint</source>
        <translation>Haltepunkt</translation>
    </message>
    <message>
        <source>No run of this window is going on.</source>
        <translation>In diesem Fenster läuft nichts.</translation>
    </message>
    <message>
        <source>The run is not stopped.</source>
        <translation>Der Lauf ist nicht angehalten.</translation>
    </message>
    <message>
        <source>The run is stopped already.</source>
        <translation>Der Lauf ist schon angehalten.</translation>
    </message>
    <message>
        <source>Nothing is in flight.</source>
        <translation>Nichts ist unterwegs.</translation>
    </message>
    <message>
        <source>Select a decision first.</source>
        <translation>Wählen Sie zuerst eine Entscheidung.</translation>
    </message>
    <message>
        <source>Compose a task first (Ctrl+1).</source>
        <translation>Verfassen Sie zuerst eine Aufgabe (Strg+1).</translation>
    </message>
    <message>
        <source>The database is not open.</source>
        <translation>Die Datenbank ist nicht geöffnet.</translation>
    </message>
    <message>
        <source>Select a run first.</source>
        <translation>Wählen Sie zuerst einen Lauf.</translation>
    </message>
    <message>
        <source>Stop the run first.</source>
        <translation>Beenden Sie zuerst den Lauf.</translation>
    </message>
    <message>
        <source>Only an interrupted run can be resumed.</source>
        <translation>Nur ein unterbrochener Lauf kann fortgesetzt werden.</translation>
    </message>
    <message>
        <source>Run: %1</source>
        <translation>Lauf: %1</translation>
    </message>
    <message>
        <source>About Lathe</source>
        <translation>Über Lathe</translation>
    </message>
    <message>
        <source>Lathe %1</source>
        <translation>Lathe %1</translation>
    </message>
    <message>
        <source>A workbench for LLM agents: run them, step through every decision, see what each one cost.

Free software under the GNU General Public License, version 3 or later. No warranty.</source>
        <translation>Eine Werkbank für LLM-Agenten: starten, durch jede Entscheidung gehen, sehen, was jede gekostet hat.

Freie Software unter der GNU General Public License, Version 3 oder neuer. Ohne Gewähr.</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>There is nothing to filter in this view.</source>
        <translation>In dieser Ansicht gibt es nichts zu filtern.</translation>
    </message>
    <message>
        <source>&amp;Export bill…</source>
        <translation>Rechnung &amp;exportieren …</translation>
    </message>
    <message>
        <source>CSV, FOCUS, JSON, or a statement to print</source>
        <translation>CSV, FOCUS, JSON oder eine Aufstellung zum Drucken</translation>
    </message>
    <message>
        <source>&amp;Import runs…</source>
        <translation>Läufe &amp;importieren …</translation>
    </message>
    <message>
        <source>Take in traces and runs of others, to look at: OTLP, AG-UI, or exported by Lathe</source>
        <translation>Traces und Läufe anderer zum Ansehen übernehmen: OTLP, AG-UI oder von Lathe exportiert</translation>
    </message>
    <message>
        <source>&amp;Export run…</source>
        <translation>Lauf &amp;exportieren …</translation>
    </message>
    <message>
        <source>Write the selected run for others: OTLP, AG-UI, journal, or all there is of it</source>
        <translation>Den gewählten Lauf für andere schreiben: OTLP, AG-UI, Journal oder alles, was es von ihm gibt</translation>
    </message>
    <message>
        <source>&amp;MCP servers</source>
        <translation>&amp;MCP-Server</translation>
    </message>
    <message>
        <source>Programs and addresses that offer more tools</source>
        <translation>Programme und Adressen, die weitere Werkzeuge anbieten</translation>
    </message>
    <message>
        <source>Re&amp;quest and reply…</source>
        <translation>An&amp;frage und Antwort …</translation>
    </message>
    <message>
        <source>What was sent to the model and what came back, side by side, for every attempt</source>
        <translation>Was an das Modell ging und was zurückkam, nebeneinander, für jeden Versuch</translation>
    </message>
    <message>
        <source>Select a decision that was sent to a model.</source>
        <translation>Wählen Sie eine Entscheidung, die an ein Modell gesendet wurde.</translation>
    </message>
</context>
<context>
    <name>lathe::McpServerDialog</name>
    <message>
        <source>Add an MCP server</source>
        <translation>MCP-Server hinzufügen</translation>
    </message>
    <message>
        <source>MCP server %1</source>
        <translation>MCP-Server %1</translation>
    </message>
    <message>
        <source>files</source>
        <translation>dateien</translation>
    </message>
    <message>
        <source>Name of the server</source>
        <translation>Name des Servers</translation>
    </message>
    <message>
        <source>Settings of the server</source>
        <translation>Einstellungen des Servers</translation>
    </message>
    <message>
        <source>A program: command, args, env, cwd. An address: url, headers. Write a secret as ${VARIABLE}; its value is taken from the environment when the server is started and is stored nowhere.</source>
        <translation>Ein Programm: command, args, env, cwd. Eine Adresse: url, headers. Schreiben Sie ein Geheimnis als ${VARIABLE}; sein Wert wird beim Start des Servers aus der Umgebung genommen und nirgends gespeichert.</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>&amp;Speichern</translation>
    </message>
    <message>
        <source>Saves the settings and starts the server</source>
        <translation>Speichert die Einstellungen und startet den Server</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
</context>
<context>
    <name>lathe::McpServerModel</name>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Program or address</source>
        <translation>Programm oder Adresse</translation>
    </message>
</context>
<context>
    <name>lathe::McpView</name>
    <message>
        <source>&amp;Edit…</source>
        <translation>&amp;Bearbeiten …</translation>
    </message>
    <message>
        <source>&amp;Remove…</source>
        <translation>&amp;Entfernen …</translation>
    </message>
    <message>
        <source>Re&amp;connect</source>
        <translation>Neu &amp;verbinden</translation>
    </message>
    <message>
        <source>MCP servers</source>
        <translation>MCP-Server</translation>
    </message>
    <message>
        <source>&amp;Add…</source>
        <translation>&amp;Hinzufügen …</translation>
    </message>
    <message>
        <source>Adds a program or an address that offers tools</source>
        <translation>Fügt ein Programm oder eine Adresse hinzu, die Werkzeuge anbietet</translation>
    </message>
    <message>
        <source>&amp;Import…</source>
        <translation>&amp;Importieren …</translation>
    </message>
    <message>
        <source>Takes over the servers of Claude Desktop, VS Code, Cursor and others from their file</source>
        <translation>Übernimmt die Server von Claude Desktop, VS Code, Cursor und anderen aus deren Datei</translation>
    </message>
    <message>
        <source>Changes the settings of the selected server, as JSON</source>
        <translation>Ändert die Einstellungen des gewählten Servers, als JSON</translation>
    </message>
    <message>
        <source>Takes the selected server and its tools out; the program itself stays</source>
        <translation>Nimmt den gewählten Server und seine Werkzeuge heraus; das Programm selbst bleibt</translation>
    </message>
    <message>
        <source>Ends the selected server and starts it anew</source>
        <translation>Beendet den gewählten Server und startet ihn neu</translation>
    </message>
    <message>
        <source>Tools of the server</source>
        <translation>Werkzeuge des Servers</translation>
    </message>
    <message>
        <source>Enter or double-click: try the tool</source>
        <translation>Eingabe oder Doppelklick: das Werkzeug ausprobieren</translation>
    </message>
    <message>
        <source>What the server wrote</source>
        <translation>Was der Server geschrieben hat</translation>
    </message>
    <message>
        <source>The server has not written anything yet.</source>
        <translation>Der Server hat noch nichts geschrieben.</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>There is no MCP server yet. Its tools would be there for the agent like any other.</source>
        <translation>Es gibt noch keinen MCP-Server. Seine Werkzeuge stünden dem Agenten zur Verfügung wie alle anderen.</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>Hinzufügen …</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1: %2 %3, protocol %4</source>
        <translation>%1: %2 %3, Protokoll %4</translation>
    </message>
    <message>
        <source>Left out: %1</source>
        <translation>Weggelassen: %1</translation>
    </message>
    <message>
        <source>Removing “%1” takes its settings and its tools out of Lathe.</source>
        <translation>„%1“ zu entfernen nimmt seine Einstellungen und Werkzeuge aus Lathe heraus.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Import MCP servers</source>
        <translation>MCP-Server importieren</translation>
    </message>
    <message>
        <source>JSON (*.json);;All files (*)</source>
        <translation>JSON (*.json);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>%1 kann nicht gelesen werden: %2</translation>
    </message>
    <message>
        <source>The file has been read.</source>
        <translation>Die Datei wurde gelesen.</translation>
    </message>
</context>
<context>
    <name>lathe::MessageBar</name>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Show what else is known about it</source>
        <translation>Zeigen, was sonst noch bekannt ist</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the message and its details</source>
        <translation>Die Meldung und ihre Einzelheiten kopieren</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Dismiss the message</source>
        <translation>Die Meldung schließen</translation>
    </message>
</context>
<context>
    <name>lathe::ModeBar</name>
    <message>
        <source>Modes</source>
        <translation>Modi</translation>
    </message>
</context>
<context>
    <name>lathe::PhaseStrip</name>
    <message>
        <source>%1: not entered</source>
        <translation>%1: nicht betreten</translation>
    </message>
    <message>
        <source>stopped · %1</source>
        <translation>angehalten · %1</translation>
    </message>
    <message>
        <source>running · %1</source>
        <translation>läuft · %1</translation>
    </message>
    <message>
        <source>%1: %2, %3, exactly %4</source>
        <translation>%1: %2, %3, exakt %4</translation>
    </message>
    <message>
        <source>Phases</source>
        <translation>Phasen</translation>
    </message>
</context>
<context>
    <name>lathe::PolicyChangesModel</name>
    <message>
        <source>no budget</source>
        <translation>kein Budget</translation>
    </message>
    <message>
        <source>every tool</source>
        <translation>jedes Werkzeug</translation>
    </message>
    <message>
        <source>no rule</source>
        <translation>keine Regel</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
</context>
<context>
    <name>lathe::PolicyChecksModel</name>
    <message>
        <source>Outcome</source>
        <translation>Ausgang</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>Tool call %1</source>
        <translation>Werkzeugaufruf %1</translation>
    </message>
    <message>
        <source>Model call</source>
        <translation>Modellaufruf</translation>
    </message>
    <message>
        <source>Run, before its first step</source>
        <translation>Lauf, vor dem ersten Schritt</translation>
    </message>
    <message>
        <source>%1, %2: %3</source>
        <translation>%1, %2: %3</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Of its limit</source>
        <translation>Von der Grenze</translation>
    </message>
</context>
<context>
    <name>lathe::PolicyDryRunPage</name>
    <message>
        <source>%1: %2 → %3</source>
        <translation>%1: %2 → %3</translation>
    </message>
    <message>
        <source>in another order</source>
        <translation>in anderer Reihenfolge</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weitere</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Dry run</source>
        <translation>&amp;Probelauf</translation>
    </message>
    <message>
        <source>&amp;Reset</source>
        <translation>&amp;Zurücksetzen</translation>
    </message>
    <message>
        <source>&amp;Apply these changes</source>
        <translation>Änderungen über&amp;nehmen</translation>
    </message>
    <message>
        <source>Show runs that would be the &amp;same</source>
        <translation>&amp;Unveränderte Läufe zeigen</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Holds the edited policy against what was recorded; nothing is run and nothing is stored</source>
        <translation>Hält die geänderte Richtlinie gegen das Aufgezeichnete; nichts wird ausgeführt, nichts gespeichert</translation>
    </message>
    <message>
        <source>Goes back to the policy as it is stored</source>
        <translation>Geht zur gespeicherten Richtlinie zurück</translation>
    </message>
    <message>
        <source>What differs from the stored policy</source>
        <translation>Was sich von der gespeicherten Richtlinie unterscheidet</translation>
    </message>
    <message>
        <source>What would have been different</source>
        <translation>Was anders gewesen wäre</translation>
    </message>
    <message>
        <source>Double-click a row to see the run at that step</source>
        <translation>Doppelklick zeigt den Lauf an diesem Schritt</translation>
    </message>
    <message>
        <source>Change limits, tier or rules at the left, then see what that would have done to recorded runs. Nothing is run, and nothing is stored.</source>
        <translation>Ändern Sie links Grenzen, Stufe oder Regeln und sehen Sie, was das bei aufgezeichneten Läufen bewirkt hätte. Nichts wird ausgeführt, nichts gespeichert.</translation>
    </message>
    <message>
        <source>All runs of %1</source>
        <translation>Alle Läufe von %1</translation>
    </message>
    <message>
        <source>&amp;Dry run as stored</source>
        <translation>&amp;Probelauf wie gespeichert</translation>
    </message>
    <message>
        <source>Correct the fields that are marked first</source>
        <translation>Erst die markierten Felder berichtigen</translation>
    </message>
    <message>
        <source>Stores what differs; it holds from the next check on, in running runs too</source>
        <translation>Speichert die Unterschiede; sie gelten ab der nächsten Prüfung, auch in laufenden Läufen</translation>
    </message>
    <message>
        <source>Nothing differs from the stored policy</source>
        <translation>Nichts weicht von der gespeicherten Richtlinie ab</translation>
    </message>
    <message>
        <source>A field cannot be read.</source>
        <translation>Ein Feld ist nicht lesbar.</translation>
    </message>
    <message>
        <source>As stored.</source>
        <translation>Wie gespeichert.</translation>
    </message>
    <message>
        <source>Going through the recorded runs…</source>
        <translation>Die aufgezeichneten Läufe werden durchgesehen …</translation>
    </message>
    <message numerus="yes">
        <source>%n runs looked at.</source>
        <translation>
            <numerusform>%n Lauf durchgesehen.</numerusform>
            <numerusform>%n Läufe durchgesehen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n would have been stopped.</source>
        <translation>
            <numerusform>%n wäre angehalten worden.</numerusform>
            <numerusform>%n wären angehalten worden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tool calls would have been refused.</source>
        <translation>
            <numerusform>%n Werkzeugaufruf wäre abgelehnt worden.</numerusform>
            <numerusform>%n Werkzeugaufrufe wären abgelehnt worden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tool calls would have been asked about.</source>
        <translation>
            <numerusform>Bei %n Werkzeugaufruf wäre gefragt worden.</numerusform>
            <numerusform>Bei %n Werkzeugaufrufen wäre gefragt worden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n were stopped then and would go on.</source>
        <translation>
            <numerusform>%n wurde damals angehalten und liefe weiter.</numerusform>
            <numerusform>%n wurden damals angehalten und liefen weiter.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 would not have been spent.</source>
        <translation>%1 wären nicht ausgegeben worden.</translation>
    </message>
    <message numerus="yes">
        <source>%n older runs have no journal any more and were taken as they were.</source>
        <translation>
            <numerusform>%n älterer Lauf hat kein Journal mehr und zählt, wie er war.</numerusform>
            <numerusform>%n ältere Läufe haben kein Journal mehr und zählen, wie sie waren.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 has no recorded run to look at.</source>
        <translation>%1 hat keinen aufgezeichneten Lauf.</translation>
    </message>
    <message>
        <source>Nothing would have been different.</source>
        <translation>Nichts wäre anders gewesen.</translation>
    </message>
    <message>
        <source>The policy of %1 is as it was before.</source>
        <translation>Die Richtlinie von %1 ist wieder wie vorher.</translation>
    </message>
    <message>
        <source>The changes are stored for %1. They hold from the next check on.</source>
        <translation>Die Änderungen für %1 sind gespeichert. Sie gelten ab der nächsten Prüfung.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message>
        <source>Going through the recorded runs: %1 of %2</source>
        <translation>Die aufgezeichneten Läufe werden durchgegangen: %1 von %2</translation>
    </message>
    <message>
        <source>The dry run was cancelled.</source>
        <translation>Der Probelauf wurde abgebrochen.</translation>
    </message>
</context>
<context>
    <name>lathe::PolicyForm</name>
    <message>
        <source>Depth</source>
        <translation>Tiefe</translation>
    </message>
    <message>
        <source>Context in tokens</source>
        <translation>Kontext in Tokens</translation>
    </message>
    <message>
        <source>Tool calls a run</source>
        <translation>Werkzeugaufrufe je Lauf</translation>
    </message>
    <message>
        <source>Runs a minute</source>
        <translation>Läufe je Minute</translation>
    </message>
    <message>
        <source>Runs an hour</source>
        <translation>Läufe je Stunde</translation>
    </message>
    <message>
        <source>Budget of a run in dollars</source>
        <translation>Budget eines Laufs in Dollar</translation>
    </message>
    <message>
        <source>Budget of a day in dollars</source>
        <translation>Budget eines Tages in Dollar</translation>
    </message>
    <message>
        <source>Budget of a month in dollars</source>
        <translation>Budget eines Monats in Dollar</translation>
    </message>
    <message>
        <source>Tier</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Sets the five limits below to the tier&apos;s own</source>
        <translation>Setzt die fünf Grenzen darunter auf die der Stufe</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>Team</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keins</translation>
    </message>
    <message>
        <source>The budgets of the team count as well, with what its other members spent</source>
        <translation>Die Budgets des Teams zählen mit, samt den Ausgaben der anderen Mitglieder</translation>
    </message>
    <message>
        <source>Allowed tools</source>
        <translation>Erlaubte Werkzeuge</translation>
    </message>
    <message>
        <source>every tool</source>
        <translation>jedes Werkzeug</translation>
    </message>
    <message>
        <source>Names, parted by commas; empty: every tool</source>
        <translation>Namen, mit Komma getrennt; leer: jedes Werkzeug</translation>
    </message>
    <message>
        <source>Rules for tools, one a line</source>
        <translation>Regeln für Werkzeuge, eine je Zeile</translation>
    </message>
    <message>
        <source>Context (tokens)</source>
        <translation>Kontext (Tokens)</translation>
    </message>
    <message>
        <source>Run ($)</source>
        <translation>Lauf ($)</translation>
    </message>
    <message>
        <source>Day ($)</source>
        <translation>Tag ($)</translation>
    </message>
    <message>
        <source>Month ($)</source>
        <translation>Monat ($)</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>no budget</source>
        <translation>kein Budget</translation>
    </message>
    <message>
        <source>“%1” is not an amount in dollars. Write it like 0.20, or leave it empty for no budget.</source>
        <translation>„%1“ ist kein Betrag in Dollar. Schreiben Sie 0,20 oder lassen Sie das Feld leer, wenn es kein Budget gibt.</translation>
    </message>
    <message>
        <source>This is no rule: %1.</source>
        <translation>Das ist keine Regel: %1.</translation>
    </message>
</context>
<context>
    <name>lathe::PolicyModel</name>
    <message>
        <source>“%1” is not an amount in dollars. Write it like 0.20, or leave it empty for no budget.</source>
        <translation>„%1“ ist kein Betrag in Dollar. Schreiben Sie ihn wie 0,20 oder lassen Sie das Feld leer, wenn es kein Budget gibt.</translation>
    </message>
    <message>
        <source>“%1” is not a whole number.</source>
        <translation>„%1“ ist keine ganze Zahl.</translation>
    </message>
    <message>
        <source>every tool</source>
        <translation>jedes Werkzeug</translation>
    </message>
    <message>
        <source>Changing the tier resets the limits to the tier&apos;s own</source>
        <translation>Eine andere Stufe setzt die Grenzen auf die der Stufe zurück</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Tier</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Depth</source>
        <translation>Tiefe</translation>
    </message>
    <message>
        <source>Context (tokens)</source>
        <translation>Kontext (Token)</translation>
    </message>
    <message>
        <source>Tool calls a run</source>
        <translation>Werkzeugaufrufe je Lauf</translation>
    </message>
    <message>
        <source>Runs a minute</source>
        <translation>Läufe je Minute</translation>
    </message>
    <message>
        <source>Runs an hour</source>
        <translation>Läufe je Stunde</translation>
    </message>
    <message>
        <source>Run ($)</source>
        <translation>Lauf ($)</translation>
    </message>
    <message>
        <source>Day ($)</source>
        <translation>Tag ($)</translation>
    </message>
    <message>
        <source>Month ($)</source>
        <translation>Monat ($)</translation>
    </message>
    <message>
        <source>Allowed tools</source>
        <translation>Erlaubte Werkzeuge</translation>
    </message>
    <message>
        <source>%1 is in no team</source>
        <translation>%1 ist in keinem Team</translation>
    </message>
    <message>
        <source>no budget</source>
        <translation>kein Budget</translation>
    </message>
    <message>
        <source>%1 spent and %2 reserved of %3</source>
        <translation>%1 ausgegeben und %2 reserviert von %3</translation>
    </message>
    <message>
        <source>%1 spent and %2 reserved; no budget</source>
        <translation>%1 ausgegeben und %2 reserviert; kein Budget</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 of %2 runs in the last 60 seconds; %3 left</source>
        <translation>%1 von %2 Läufen in den letzten 60 Sekunden; %3 frei</translation>
    </message>
    <message>
        <source>%1 of %2 runs in the last hour; %3 left</source>
        <translation>%1 von %2 Läufen in der letzten Stunde; %3 frei</translation>
    </message>
    <message>
        <source>Runs in the last 60 seconds, of those allowed</source>
        <translation>Läufe der letzten 60 Sekunden, von den erlaubten</translation>
    </message>
    <message>
        <source>Runs in the last hour, of those allowed</source>
        <translation>Läufe der letzten Stunde, von den erlaubten</translation>
    </message>
    <message>
        <source>Spent by the user, of the budget; days and months are those of UTC</source>
        <translation>Ausgaben des Benutzers, vom Budget; Tage und Monate nach UTC</translation>
    </message>
    <message>
        <source>Spent by the whole team, of its budget; changing it changes it for every member</source>
        <translation>Ausgaben des ganzen Teams, von dessen Budget; eine Änderung gilt für jedes Mitglied</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>Team</translation>
    </message>
    <message>
        <source>Team day ($)</source>
        <translation>Team Tag ($)</translation>
    </message>
    <message>
        <source>Team month ($)</source>
        <translation>Team Monat ($)</translation>
    </message>
</context>
<context>
    <name>lathe::PolicyRulesPage</name>
    <message>
        <source>&amp;Add rule</source>
        <translation>Regel &amp;hinzufügen</translation>
    </message>
    <message>
        <source>Re&amp;move</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>Nach &amp;oben</translation>
    </message>
    <message>
        <source>Move dow&amp;n</source>
        <translation>Nach &amp;unten</translation>
    </message>
    <message>
        <source>&amp;Discard changes</source>
        <translation>Änderungen &amp;verwerfen</translation>
    </message>
    <message>
        <source>&amp;Save rules</source>
        <translation>Regeln &amp;speichern</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Rules &amp;of</source>
        <translation>&amp;Regeln von</translation>
    </message>
    <message>
        <source>What happens to a tool call, by tool and arguments. Deny beats everything; else the last rule that matches decides. Rules saved with a verdict stand here too.</source>
        <translation>Was mit einem Werkzeugaufruf geschieht, nach Werkzeug und Argumenten. Verbieten schlägt alles; sonst entscheidet die letzte passende Regel. Mit einem Urteil gespeicherte Regeln stehen auch hier.</translation>
    </message>
    <message>
        <source>Rules for tools</source>
        <translation>Regeln für Werkzeuge</translation>
    </message>
    <message>
        <source>allow</source>
        <translation>erlauben</translation>
    </message>
    <message>
        <source>condition %1 does not hold</source>
        <translation>Bedingung %1 trifft nicht zu</translation>
    </message>
    <message>
        <source>No rule yet. Calls go through, or somebody is asked if the run wants that.</source>
        <translation>Noch keine Regel. Aufrufe laufen durch, oder es wird gefragt, wenn der Lauf das will.</translation>
    </message>
    <message>
        <source>Adds a rule after the selected one</source>
        <translation>Fügt nach der gewählten eine Regel ein</translation>
    </message>
    <message>
        <source>Removes the selected rule (Delete)</source>
        <translation>Entfernt die gewählte Regel (Entf)</translation>
    </message>
    <message>
        <source>Moves the selected rule up (Alt+Up); the last rule that matches decides</source>
        <translation>Schiebt die gewählte Regel nach oben (Alt+Auf); die letzte passende Regel entscheidet</translation>
    </message>
    <message>
        <source>Moves the selected rule down (Alt+Down)</source>
        <translation>Schiebt die gewählte Regel nach unten (Alt+Ab)</translation>
    </message>
    <message>
        <source>Goes back to the rules as they are stored</source>
        <translation>Geht zu den gespeicherten Regeln zurück</translation>
    </message>
    <message>
        <source>Remo&amp;ve</source>
        <translation>Ent&amp;fernen</translation>
    </message>
    <message>
        <source>Move &amp;down</source>
        <translation>Nach &amp;unten</translation>
    </message>
    <message>
        <source>Tool to try</source>
        <translation>Werkzeug zum Ausprobieren</translation>
    </message>
    <message>
        <source>tool</source>
        <translation>Werkzeug</translation>
    </message>
    <message>
        <source>Arguments to try</source>
        <translation>Argumente zum Ausprobieren</translation>
    </message>
    <message>
        <source>What the rules say</source>
        <translation>Was die Regeln sagen</translation>
    </message>
    <message>
        <source>T&amp;ool</source>
        <translation>Wer&amp;kzeug</translation>
    </message>
    <message>
        <source>Ar&amp;guments</source>
        <translation>Ar&amp;gumente</translation>
    </message>
    <message>
        <source>Try a call</source>
        <translation>Einen Aufruf ausprobieren</translation>
    </message>
    <message>
        <source>Rules belong to a user, and there is none yet. Add one under “Users and tiers”, or run a task.</source>
        <translation>Regeln gehören zu einem Benutzer, und es gibt noch keinen. Fügen Sie unter „Benutzer und Stufen“ einen hinzu oder führen Sie eine Aufgabe aus.</translation>
    </message>
    <message>
        <source>The stored rules of %1 have changed meanwhile, by a verdict or by somebody else. Saving now replaces them.</source>
        <translation>Die gespeicherten Regeln von %1 wurden inzwischen geändert, durch ein Urteil oder jemand anderen. Speichern ersetzt sie.</translation>
    </message>
    <message>
        <source>Load the stored rules</source>
        <translation>Gespeicherte Regeln laden</translation>
    </message>
    <message>
        <source>No rule is selected</source>
        <translation>Keine Regel gewählt</translation>
    </message>
    <message>
        <source>Rule %1</source>
        <translation>Regel %1</translation>
    </message>
    <message>
        <source>Correct the fields that are marked first</source>
        <translation>Erst die markierten Felder berichtigen</translation>
    </message>
    <message>
        <source>Stores the rules; they hold from the next tool call on, in running runs too</source>
        <translation>Speichert die Regeln; sie gelten ab dem nächsten Werkzeugaufruf, auch in laufenden Läufen</translation>
    </message>
    <message>
        <source>The rules are stored as they are shown</source>
        <translation>Die Regeln sind so gespeichert, wie sie hier stehen</translation>
    </message>
    <message>
        <source>Pick a tool and type arguments to see which rule decides.</source>
        <translation>Wählen Sie ein Werkzeug und geben Sie Argumente ein, um zu sehen, welche Regel entscheidet.</translation>
    </message>
    <message>
        <source>The arguments are no JSON object yet.</source>
        <translation>Die Argumente sind noch kein JSON-Objekt.</translation>
    </message>
    <message>
        <source>Refused before any rule is asked: %1 is not among the tools that %2 may use.</source>
        <translation>Abgelehnt, bevor eine Regel gefragt wird: %1 gehört nicht zu den Werkzeugen, die %2 benutzen darf.</translation>
    </message>
    <message>
        <source>No rule speaks of this call. It goes through, unless the run asks for every call.</source>
        <translation>Keine Regel spricht von diesem Aufruf. Er läuft durch, außer der Lauf fragt bei jedem Aufruf.</translation>
    </message>
    <message>
        <source>Allowed by rule %1, the last that matches.</source>
        <translation>Erlaubt durch Regel %1, die letzte passende.</translation>
    </message>
    <message>
        <source>Somebody is asked, by rule %1, the last that matches.</source>
        <translation>Es wird gefragt, durch Regel %1, die letzte passende.</translation>
    </message>
    <message>
        <source>Denied by rule %1: deny beats everything.</source>
        <translation>Verboten durch Regel %1: Verbieten schlägt alles.</translation>
    </message>
    <message>
        <source>The rules of %1 are stored. They hold from the next tool call on.</source>
        <translation>Die Regeln von %1 sind gespeichert. Sie gelten ab dem nächsten Werkzeugaufruf.</translation>
    </message>
</context>
<context>
    <name>lathe::PolicyUsersPage</name>
    <message>
        <source>What each user may do, and how much of it is used up. A user without a row gets the tier free at the first run. Double-click a cell to change it; it holds from the next check on.</source>
        <translation>Was jeder Benutzer darf und wie viel davon verbraucht ist. Ein Benutzer ohne Zeile bekommt beim ersten Lauf die Stufe free. Doppelklick ändert eine Zelle; das gilt ab der nächsten Prüfung.</translation>
    </message>
    <message>
        <source>Users and limits</source>
        <translation>Benutzer und Grenzen</translation>
    </message>
    <message>
        <source>name of a new user</source>
        <translation>Name eines neuen Benutzers</translation>
    </message>
    <message>
        <source>New user</source>
        <translation>Neuer Benutzer</translation>
    </message>
    <message>
        <source>&amp;Add user</source>
        <translation>Benutzer &amp;hinzufügen</translation>
    </message>
    <message>
        <source>Adds a user with the limits of the tier free</source>
        <translation>Fügt einen Benutzer mit den Grenzen der Stufe free hinzu</translation>
    </message>
    <message>
        <source>Changes of the policy</source>
        <translation>Änderungen der Richtlinie</translation>
    </message>
    <message>
        <source>Nothing was changed yet.</source>
        <translation>Noch nichts wurde geändert.</translation>
    </message>
    <message>
        <source>Loading the users…</source>
        <translation>Die Benutzer werden geladen …</translation>
    </message>
    <message>
        <source>No user has run anything yet. Add one below, or run a task.</source>
        <translation>Noch hat niemand etwas ausgeführt. Fügen Sie unten einen Benutzer hinzu oder führen Sie eine Aufgabe aus.</translation>
    </message>
    <message>
        <source>%1 now</source>
        <translation>%1 jetzt</translation>
    </message>
    <message>
        <source>Changes of %1&apos;s policy</source>
        <translation>Änderungen der Richtlinie von %1</translation>
    </message>
    <message>
        <source>A user needs a name.</source>
        <translation>Ein Benutzer braucht einen Namen.</translation>
    </message>
</context>
<context>
    <name>lathe::PolicyView</name>
    <message>
        <source>Users and tiers</source>
        <translation>Benutzer und Stufen</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>Dry run</source>
        <translation>Probelauf</translation>
    </message>
</context>
<context>
    <name>lathe::PromptsPane</name>
    <message>
        <source>How to work</source>
        <translation>Wie gearbeitet wird</translation>
    </message>
    <message>
        <source>Decisions as JSON: how to write one</source>
        <translation>Entscheidungen als JSON: wie man eine schreibt</translation>
    </message>
    <message>
        <source>Decisions as JSON: examples</source>
        <translation>Entscheidungen als JSON: Beispiele</translation>
    </message>
    <message>
        <source>Decisions as JSON: a tool&apos;s result</source>
        <translation>Entscheidungen als JSON: das Ergebnis eines Werkzeugs</translation>
    </message>
    <message>
        <source>Decisions as JSON: asking again</source>
        <translation>Entscheidungen als JSON: noch einmal fragen</translation>
    </message>
    <message>
        <source>&amp;Store</source>
        <translation>&amp;Speichern</translation>
    </message>
    <message>
        <source>Bring the &amp;built-in text back</source>
        <translation>Den &amp;eingebauten Text zurückholen</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>Those for decisions as JSON are used with models that cannot call tools themselves</source>
        <translation>Die für Entscheidungen als JSON gelten für Modelle, die Werkzeuge nicht selbst aufrufen können</translation>
    </message>
    <message>
        <source>Text of the prompt</source>
        <translation>Text der Vorgabe</translation>
    </message>
    <message>
        <source>What models are told before the task. A change holds from the next run on; each run keeps the texts it began with.</source>
        <translation>Was Modellen vor der Aufgabe gesagt wird. Eine Änderung gilt ab dem nächsten Lauf; jeder Lauf behält die Texte, mit denen er begann.</translation>
    </message>
    <message>
        <source>Yours.</source>
        <translation>Ihr Text.</translation>
    </message>
    <message>
        <source>The built-in text.</source>
        <translation>Der eingebaute Text.</translation>
    </message>
    <message>
        <source>It must have %1, which each run fills in.</source>
        <translation>Er muss %1 enthalten; das füllt jeder Lauf aus.</translation>
    </message>
    <message>
        <source>Runs that begin from now on use it</source>
        <translation>Läufe, die von jetzt an beginnen, benutzen ihn</translation>
    </message>
    <message>
        <source>Nothing was changed</source>
        <translation>Nichts wurde geändert</translation>
    </message>
    <message>
        <source>Takes your text away</source>
        <translation>Nimmt Ihren Text weg</translation>
    </message>
    <message>
        <source>It is the built-in text</source>
        <translation>Es ist der eingebaute Text</translation>
    </message>
    <message>
        <source>Stored. It holds from the next run on.</source>
        <translation>Gespeichert. Es gilt ab dem nächsten Lauf.</translation>
    </message>
    <message>
        <source>The built-in text holds again, from the next run on.</source>
        <translation>Der eingebaute Text gilt wieder, ab dem nächsten Lauf.</translation>
    </message>
</context>
<context>
    <name>lathe::ReconcileModel</name>
    <message>
        <source>Both say the same, to the last digit.</source>
        <translation>Beide sagen dasselbe, bis zur letzten Stelle.</translation>
    </message>
    <message>
        <source>They differ by less than the last digit that the provider writes.</source>
        <translation>Sie unterscheiden sich um weniger als die letzte Stelle, die der Anbieter schreibt.</translation>
    </message>
    <message>
        <source>The provider charges for what is not in the ledger: another program uses the key, or runs were deleted.</source>
        <translation>Der Anbieter berechnet, was nicht im Hauptbuch steht: Ein anderes Programm benutzt den Schlüssel, oder Läufe wurden gelöscht.</translation>
    </message>
    <message>
        <source>The ledger has what the provider does not charge: it is not settled yet, or another key paid.</source>
        <translation>Das Hauptbuch hat, was der Anbieter nicht berechnet: Es ist noch nicht abgerechnet, oder ein anderer Schlüssel hat gezahlt.</translation>
    </message>
    <message>
        <source>The price book has no price for this model, so its cost is unknown here.</source>
        <translation>Das Preisbuch hat keinen Preis für dieses Modell, also sind die Kosten hier unbekannt.</translation>
    </message>
    <message>
        <source>For some calls the provider did not tell what they used, so their cost is unknown here.</source>
        <translation>Für manche Aufrufe hat der Anbieter den Verbrauch nicht genannt, also sind ihre Kosten hier unbekannt.</translation>
    </message>
    <message>
        <source>The numbers of tokens differ: another program uses the key, or calls were not recorded.</source>
        <translation>Die Tokenzahlen weichen ab: Ein anderes Programm benutzt den Schlüssel, oder Aufrufe wurden nicht aufgezeichnet.</translation>
    </message>
    <message>
        <source>Calls of a service tier with prices of its own, such as batch, are among them.</source>
        <translation>Aufrufe einer Dienststufe mit eigenen Preisen, etwa Batch, sind darunter.</translation>
    </message>
    <message>
        <source>The amounts differ though the use does not seem to: compare the price book with the provider&apos;s prices.</source>
        <translation>Die Beträge weichen ab, der Verbrauch anscheinend nicht: Preisbuch und Preise des Anbieters vergleichen.</translation>
    </message>
    <message>
        <source>all models</source>
        <translation>alle Modelle</translation>
    </message>
    <message>
        <source>What the provider charges, less what the ledger has</source>
        <translation>Was der Anbieter berechnet, weniger was im Hauptbuch steht</translation>
    </message>
    <message>
        <source>Day (UTC)</source>
        <translation>Tag (UTC)</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Here ($)</source>
        <translation>Hier ($)</translation>
    </message>
    <message>
        <source>There ($)</source>
        <translation>Dort ($)</translation>
    </message>
    <message>
        <source>Difference ($)</source>
        <translation>Unterschied ($)</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
</context>
<context>
    <name>lathe::ReconcileView</name>
    <message>
        <source>&amp;Load another export…</source>
        <translation>Anderen Export &amp;laden …</translation>
    </message>
    <message>
        <source>Sums here and there</source>
        <translation>Summen hier und dort</translation>
    </message>
    <message>
        <source>Another file of a provider</source>
        <translation>Eine andere Datei eines Anbieters</translation>
    </message>
    <message>
        <source>Differences by day and model</source>
        <translation>Unterschiede nach Tag und Modell</translation>
    </message>
    <message>
        <source>Load what a provider says it charges to see where it differs from the ledger: OpenAI&apos;s costs or Anthropic&apos;s cost report as JSON, or OpenRouter&apos;s activity as CSV.</source>
        <translation>Laden, was ein Anbieter nach eigener Angabe berechnet, um Unterschiede zum Hauptbuch zu sehen: OpenAIs Kosten oder Anthropics Kostenbericht als JSON oder OpenRouters Aktivität als CSV.</translation>
    </message>
    <message>
        <source>Load an export…</source>
        <translation>Export laden …</translation>
    </message>
    <message>
        <source>Load a provider&apos;s cost export</source>
        <translation>Kostenexport eines Anbieters laden</translation>
    </message>
    <message>
        <source>Cost exports (*.json *.csv);;All files (*)</source>
        <translation>Kostenexporte (*.json *.csv);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Comparing…</source>
        <translation>Vergleiche …</translation>
    </message>
    <message>
        <source>Here %1, there %2, difference %3</source>
        <translation>Hier %1, dort %2, Unterschied %3</translation>
    </message>
    <message>
        <source>here %1
there %2
difference %3</source>
        <translation>hier %1
dort %2
Unterschied %3</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>%1 (%2), %3</source>
        <translation>%1 (%2), %3</translation>
    </message>
    <message>
        <source>The sums agree within the tolerance of %1 that FOCUS allows.</source>
        <translation>Die Summen stimmen innerhalb der Toleranz von %1, die FOCUS erlaubt.</translation>
    </message>
    <message>
        <source>The sums differ by more than the tolerance of %1 that FOCUS allows.</source>
        <translation>Die Summen weichen um mehr als die Toleranz von %1 ab, die FOCUS erlaubt.</translation>
    </message>
</context>
<context>
    <name>lathe::ResultView</name>
    <message>
        <source>Formatted</source>
        <translation>Formatiert</translation>
    </message>
    <message>
        <source>Show headings, lists and code as such</source>
        <translation>Überschriften, Listen und Code als solche zeigen</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Show exactly what the model wrote</source>
        <translation>Genau zeigen, was das Modell geschrieben hat</translation>
    </message>
    <message>
        <source>Result as text</source>
        <translation>Ergebnis als Text</translation>
    </message>
    <message>
        <source>Result, formatted</source>
        <translation>Ergebnis, formatiert</translation>
    </message>
    <message>
        <source>Copy the text</source>
        <translation>Text kopieren</translation>
    </message>
</context>
<context>
    <name>lathe::RetentionPane</name>
    <message>
        <source>&amp;Take old journals away…</source>
        <translation>Alte Journale entfer&amp;nen …</translation>
    </message>
    <message>
        <source>Take a&amp;way</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>&amp;Keep them</source>
        <translation>&amp;Behalten</translation>
    </message>
    <message numerus="yes">
        <source>kept %n days</source>
        <translation>
            <numerusform>%n Tag aufbewahrt</numerusform>
            <numerusform>%n Tage aufbewahrt</numerusform>
        </translation>
    </message>
    <message>
        <source>Says first what would be lost and what stays</source>
        <translation>Sagt zuerst, was verloren ginge und was bleibt</translation>
    </message>
    <message>
        <source>Journals of finished runs are kept for a time that goes by the user&apos;s tier. They are never taken away by themselves.</source>
        <translation>Journale beendeter Läufe werden je nach Stufe des Benutzers aufbewahrt. Von selbst verschwinden sie nie.</translation>
    </message>
    <message>
        <source>nothing is older</source>
        <translation>nichts ist älter</translation>
    </message>
    <message numerus="yes">
        <source>%n runs are older (%1)</source>
        <translation>
            <numerusform>%n Lauf ist älter (%1)</numerusform>
            <numerusform>%n Läufe sind älter (%1)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Lost for good: the journals of %n runs, with %1 entries (%2) and the texts that no other run needs: prompts, replies, arguments and results. These runs cannot be looked into, replayed or forked any more.</source>
        <translation>
            <numerusform>Endgültig verloren: das Journal von %n Lauf mit %1 Einträgen (%2) und die Texte, die kein anderer Lauf braucht: Prompts, Antworten, Argumente und Ergebnisse. In diesen Lauf kann man nicht mehr hineinsehen, ihn nicht wiedergeben oder verzweigen.</numerusform>
            <numerusform>Endgültig verloren: die Journale von %n Läufen mit %1 Einträgen (%2) und die Texte, die kein anderer Lauf braucht: Prompts, Antworten, Argumente und Ergebnisse. In diese Läufe kann man nicht mehr hineinsehen, sie nicht wiedergeben oder verzweigen.</numerusform>
        </translation>
    </message>
    <message>
        <source>What stays: the runs in the list with status, times and totals, and every line of the bill.</source>
        <translation>Was bleibt: die Läufe in der Liste mit Status, Zeiten und Summen, und jede Zeile der Rechnung.</translation>
    </message>
    <message>
        <source>No journal is older than its time</source>
        <translation>Kein Journal ist älter als seine Zeit</translation>
    </message>
    <message numerus="yes">
        <source>The journals of %n runs are gone. Their bills stay.</source>
        <translation>
            <numerusform>Das Journal von %n Lauf ist weg. Seine Rechnung bleibt.</numerusform>
            <numerusform>Die Journale von %n Läufen sind weg. Ihre Rechnungen bleiben.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::RetryCard</name>
    <message>
        <source>Try &amp;now</source>
        <translation>Jetzt &amp;nochmal</translation>
    </message>
    <message>
        <source>&amp;Give up</source>
        <translation>Auf&amp;geben</translation>
    </message>
    <message>
        <source>Ask the provider again at once</source>
        <translation>Den Anbieter sofort noch einmal fragen</translation>
    </message>
    <message>
        <source>Ask no more; the run ends with this failure</source>
        <translation>Nicht mehr fragen; der Lauf endet mit diesem Fehler</translation>
    </message>
    <message>
        <source>Attempt %1 of %2 failed. %3</source>
        <translation>Versuch %1 von %2 ist gescheitert. %3</translation>
    </message>
    <message numerus="yes">
        <source>The provider is asked again in %n second(s)</source>
        <translation>
            <numerusform>Der Anbieter wird in %n Sekunde wieder gefragt</numerusform>
            <numerusform>Der Anbieter wird in %n Sekunden wieder gefragt</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::RuleForm</name>
    <message>
        <source>is</source>
        <translation>ist</translation>
    </message>
    <message>
        <source>is not</source>
        <translation>ist nicht</translation>
    </message>
    <message>
        <source>matches</source>
        <translation>passt auf</translation>
    </message>
    <message>
        <source>does not match</source>
        <translation>passt nicht auf</translation>
    </message>
    <message>
        <source>Add &amp;condition</source>
        <translation>&amp;Bedingung hinzufügen</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>Deny beats everything; else the last rule that matches decides</source>
        <translation>Verbieten schlägt alles; sonst entscheidet die letzte passende Regel</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>Werkzeug</translation>
    </message>
    <message>
        <source>The name of a tool, in which * stands for anything</source>
        <translation>Der Name eines Werkzeugs; * steht für alles</translation>
    </message>
    <message>
        <source>All conditions of a rule must hold</source>
        <translation>Alle Bedingungen einer Regel müssen zutreffen</translation>
    </message>
    <message>
        <source>&amp;Verdict</source>
        <translation>&amp;Urteil</translation>
    </message>
    <message>
        <source>&amp;Tool</source>
        <translation>&amp;Werkzeug</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wenn</translation>
    </message>
    <message>
        <source>As text</source>
        <translation>Als Text</translation>
    </message>
    <message>
        <source>Comparison</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>“matches” looks for a regular expression anywhere in the text</source>
        <translation>„passt auf“ sucht einen regulären Ausdruck irgendwo im Text</translation>
    </message>
    <message>
        <source>Path of the argument</source>
        <translation>Pfad des Arguments</translation>
    </message>
    <message>
        <source>$.name, $.list[0], $.list[*], $..name</source>
        <translation>$.name, $.list[0], $.list[*], $..name</translation>
    </message>
    <message>
        <source>Value or pattern</source>
        <translation>Wert oder Muster</translation>
    </message>
    <message>
        <source>A text, number, true, false or null; or a regular expression</source>
        <translation>Text, Zahl, true, false oder null; oder ein regulärer Ausdruck</translation>
    </message>
    <message>
        <source>Remove this condition</source>
        <translation>Diese Bedingung entfernen</translation>
    </message>
    <message>
        <source>Remove the condition</source>
        <translation>Die Bedingung entfernen</translation>
    </message>
    <message>
        <source>No tool of this name is registered here. The rule is kept, and speaks of it once it is.</source>
        <translation>Hier ist kein Werkzeug dieses Namens angemeldet. Die Regel bleibt und gilt, sobald es das ist.</translation>
    </message>
    <message>
        <source>Write the name of one tool; * stands for anything.</source>
        <translation>Schreiben Sie den Namen eines Werkzeugs; * steht für alles.</translation>
    </message>
    <message>
        <source>This is no path. Write it like $.query, $.items[0] or $..name.</source>
        <translation>Das ist kein Pfad. Schreiben Sie etwa $.query, $.items[0] oder $..name.</translation>
    </message>
    <message>
        <source>This pattern is wrong at its character %1: %2.</source>
        <translation>Dieses Muster ist falsch bei Zeichen %1: %2.</translation>
    </message>
</context>
<context>
    <name>lathe::RuleListModel</name>
    <message>
        <source>has an error</source>
        <translation>hat einen Fehler</translation>
    </message>
    <message>
        <source>A rule with an error takes no part in the trial</source>
        <translation>Eine Regel mit Fehler nimmt an der Probe nicht teil</translation>
    </message>
    <message>
        <source>decides</source>
        <translation>entscheidet</translation>
    </message>
    <message>
        <source>matches, is overruled</source>
        <translation>passt, wird überstimmt</translation>
    </message>
    <message>
        <source>another tool</source>
        <translation>anderes Werkzeug</translation>
    </message>
    <message>
        <source>condition %1 does not hold</source>
        <translation>Bedingung %1 trifft nicht zu</translation>
    </message>
    <message>
        <source>always</source>
        <translation>immer</translation>
    </message>
    <message>
        <source>#</source>
        <translation>Nr.</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>Werkzeug</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wenn</translation>
    </message>
    <message>
        <source>Trial</source>
        <translation>Probe</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>a verdict, %1</source>
        <translation>ein Urteil, %1</translation>
    </message>
    <message>
        <source>Nobody knows who put it there, or it is not stored yet</source>
        <translation>Niemand weiß, wer sie hinzugefügt hat, oder sie ist noch nicht gespeichert</translation>
    </message>
    <message>
        <source>Put there by %1, %2</source>
        <translation>Hinzugefügt von %1, %2</translation>
    </message>
    <message>
        <source>Came with a verdict of %1 in run %2, %3</source>
        <translation>Kam mit einem Urteil von %1 in Lauf %2, %3</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
</context>
<context>
    <name>lathe::RunCost</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 (+%2 reserved)</source>
        <translation>%1 (+%2 reserviert)</translation>
    </message>
    <message>
        <source>%1, at most %2 after the next step</source>
        <translation>%1, höchstens %2 nach dem nächsten Schritt</translation>
    </message>
</context>
<context>
    <name>lathe::RunDelegate</name>
    <message numerus="yes">
        <source>%n decision(s)</source>
        <translation>
            <numerusform>%n Entscheidung</numerusform>
            <numerusform>%n Entscheidungen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>imported</source>
        <translation>importiert</translation>
    </message>
</context>
<context>
    <name>lathe::RunFiles</name>
    <message>
        <source>It is larger than 512 MiB.</source>
        <translation>Sie ist größer als 512 MiB.</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>%1 kann nicht geschrieben werden: %2</translation>
    </message>
    <message>
        <source>Whole run, to import elsewhere (*.jsonl)</source>
        <translation>Ganzer Lauf, um ihn anderswo zu importieren (*.jsonl)</translation>
    </message>
    <message>
        <source>OTLP trace without content (*.json)</source>
        <translation>OTLP-Trace ohne Inhalte (*.json)</translation>
    </message>
    <message>
        <source>OTLP trace with prompts and answers (*.json)</source>
        <translation>OTLP-Trace mit Prompts und Antworten (*.json)</translation>
    </message>
    <message>
        <source>AG-UI events (*.sse)</source>
        <translation>AG-UI-Ereignisse (*.sse)</translation>
    </message>
    <message>
        <source>Journal (*.jsonl)</source>
        <translation>Journal (*.jsonl)</translation>
    </message>
    <message>
        <source>Response (*.json)</source>
        <translation>Antwort (*.json)</translation>
    </message>
    <message>
        <source>Export run</source>
        <translation>Lauf exportieren</translation>
    </message>
    <message>
        <source>Writing %1…</source>
        <translation>%1 wird geschrieben …</translation>
    </message>
    <message>
        <source>The run is in %1.</source>
        <translation>Der Lauf liegt in %1.</translation>
    </message>
    <message>
        <source>Import runs</source>
        <translation>Läufe importieren</translation>
    </message>
    <message>
        <source>Traces and runs (*.json *.jsonl *.sse);;All files (*)</source>
        <translation>Traces und Läufe (*.json *.jsonl *.sse);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Reading %1…</source>
        <translation>%1 wird gelesen …</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message numerus="yes">
        <source>%n run(s) were imported.</source>
        <translation>
            <numerusform>%n Lauf wurde importiert.</numerusform>
            <numerusform>%n Läufe wurden importiert.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n run(s) were there already.</source>
        <translation>
            <numerusform>%n Lauf war schon da.</numerusform>
            <numerusform>%n Läufe waren schon da.</numerusform>
        </translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
</context>
<context>
    <name>lathe::RunListModel</name>
    <message>
        <source>%1, %2, %3, %4</source>
        <translation>%1, %2, %3, %4</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Begonnen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Decisions</source>
        <translation>Entscheidungen</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Cost ($)</source>
        <translation>Kosten ($)</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>%1
%2, %3
%4, %5
%6
%7</source>
        <translation>%1
%2, %3
%4, %5
%6
%7</translation>
    </message>
</context>
<context>
    <name>lathe::RunsPane</name>
    <message>
        <source>Search runs</source>
        <translation>Läufe suchen</translation>
    </message>
    <message>
        <source>Searches prompt, name, user, model and id</source>
        <translation>Sucht in Auftrag, Name, Benutzer, Modell und Kennung</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Loading the runs…</source>
        <translation>Die Läufe werden geladen …</translation>
    </message>
    <message>
        <source>“%1” and its bill are being deleted.</source>
        <translation>„%1“ und die Rechnung dazu werden gelöscht.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Open</source>
        <translation>Ö&amp;ffnen</translation>
    </message>
    <message>
        <source>&amp;Run again…</source>
        <translation>E&amp;rneut starten …</translation>
    </message>
    <message>
        <source>Re&amp;sume</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>No run yet.</source>
        <translation>Noch kein Lauf.</translation>
    </message>
    <message>
        <source>Compose a task</source>
        <translation>Aufgabe verfassen</translation>
    </message>
    <message>
        <source>No run matches “%1”.</source>
        <translation>Kein Lauf passt zu „%1“.</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alle zeigen</translation>
    </message>
    <message>
        <source>&amp;Export run…</source>
        <translation>Lauf &amp;exportieren …</translation>
    </message>
</context>
<context>
    <name>lathe::SchemaForm</name>
    <message>
        <source>Needed. %1</source>
        <translation>Nötig. %1</translation>
    </message>
    <message>
        <source>%1 if empty</source>
        <translation>%1, wenn leer</translation>
    </message>
    <message>
        <source>As JSON only: %1</source>
        <translation>Nur als JSON: %1</translation>
    </message>
</context>
<context>
    <name>lathe::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Providers</source>
        <translation>Anbieter</translation>
    </message>
    <message>
        <source>Prices</source>
        <translation>Preise</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Used when a job names none</source>
        <translation>Gilt, wenn ein Auftrag keinen nennt</translation>
    </message>
    <message>
        <source>Ends where the version ends, such as https://api.example.com/v1</source>
        <translation>Endet, wo die Version endet, etwa https://api.example.com/v1</translation>
    </message>
    <message>
        <source>the provider&apos;s default</source>
        <translation>Vorgabe des Anbieters</translation>
    </message>
    <message>
        <source>A key in this variable goes before the one in the keychain</source>
        <translation>Ein Schlüssel in dieser Variable geht dem im Schlüsselbund vor</translation>
    </message>
    <message>
        <source>enter a new key</source>
        <translation>neuen Schlüssel eingeben</translation>
    </message>
    <message>
        <source>&amp;Store key</source>
        <translation>Schlüssel &amp;ablegen</translation>
    </message>
    <message>
        <source>Remo&amp;ve key</source>
        <translation>Schlüssel ent&amp;fernen</translation>
    </message>
    <message>
        <source>&amp;Jobs on this machine&apos;s Slurm cluster</source>
        <translation>&amp;Jobs auf dem Slurm-Cluster dieses Rechners</translation>
    </message>
    <message>
        <source>&amp;Default provider</source>
        <translation>&amp;Vorgegebener Anbieter</translation>
    </message>
    <message>
        <source>&amp;Provider</source>
        <translation>&amp;Anbieter</translation>
    </message>
    <message>
        <source>&amp;Base URL</source>
        <translation>&amp;Basis-URL</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>Key &amp;variable</source>
        <translation>Schlüssel&amp;variable</translation>
    </message>
    <message>
        <source>API key</source>
        <translation>API-Schlüssel</translation>
    </message>
    <message>
        <source>Keys are kept in the keychain of this computer, never in the database, a file, a log or an export.</source>
        <translation>Schlüssel liegen im Schlüsselbund dieses Rechners, nie in der Datenbank, einer Datei, einem Protokoll oder einem Export.</translation>
    </message>
    <message>
        <source>Stored.</source>
        <translation>Gespeichert.</translation>
    </message>
    <message>
        <source>The keychain did not take the key: %1. It is kept in memory until Lathe is closed.</source>
        <translation>Der Schlüsselbund hat den Schlüssel nicht angenommen: %1. Er bleibt im Speicher, bis Lathe geschlossen wird.</translation>
    </message>
    <message>
        <source>The flat price book holds for every model and every tool. A change holds from the next run on; what was charged before stays as it was.</source>
        <translation>Das Pauschal-Preisbuch gilt für jedes Modell und jedes Werkzeug. Eine Änderung gilt ab dem nächsten Lauf; was vorher berechnet wurde, bleibt wie es war.</translation>
    </message>
    <message>
        <source>A &amp;million tokens ($)</source>
        <translation>Eine &amp;Million Token ($)</translation>
    </message>
    <message>
        <source>A &amp;tool call ($)</source>
        <translation>Ein &amp;Werkzeugaufruf ($)</translation>
    </message>
    <message>
        <source>What the tools that reach outside need. Tools say in the registry what is missing. Holds from the next start on.</source>
        <translation>Was die Werkzeuge brauchen, die nach außen reichen. Im Verzeichnis sagen sie, was fehlt. Gilt ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>&amp;Search by</source>
        <translation>&amp;Suchen mit</translation>
    </message>
    <message>
        <source>Search &amp;URL</source>
        <translation>Such-&amp;URL</translation>
    </message>
    <message>
        <source>&amp;Workflow URL</source>
        <translation>&amp;Workflow-URL</translation>
    </message>
    <message>
        <source>Workflow &amp;token variable</source>
        <translation>Variable des Workflow-&amp;Tokens</translation>
    </message>
    <message>
        <source>Agents may then choose it for their jobs. They run there as you, not in a sandbox, and the folder of jobs has to lie where the nodes see it</source>
        <translation>Agenten können ihn dann für ihre Jobs wählen. Sie laufen dort in Ihrem Namen und ohne Sandbox, und der Ordner der Jobs muss dort liegen, wo die Knoten ihn sehen</translation>
    </message>
    <message>
        <source>Slurm &amp;partition</source>
        <translation>Slurm-&amp;Partition</translation>
    </message>
    <message>
        <source>&amp;Open another database…</source>
        <translation>&amp;Andere Datenbank öffnen …</translation>
    </message>
    <message>
        <source>In a window of its own</source>
        <translation>In einem eigenen Fenster</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Runs with their requests, replies, tool results and bills are kept here until you delete them. Keys are not.</source>
        <translation>Läufe mit ihren Anfragen, Antworten, Werkzeugergebnissen und Rechnungen liegen hier, bis Sie sie löschen. Schlüssel nicht.</translation>
    </message>
    <message>
        <source>as the system</source>
        <translation>wie das System</translation>
    </message>
    <message>
        <source>light</source>
        <translation>hell</translation>
    </message>
    <message>
        <source>dark</source>
        <translation>dunkel</translation>
    </message>
    <message>
        <source>&amp;Colours</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>A change of the language is seen at the next start.</source>
        <translation>Eine andere Sprache zeigt sich beim nächsten Start.</translation>
    </message>
    <message>
        <source>This provider needs no key.</source>
        <translation>Dieser Anbieter braucht keinen Schlüssel.</translation>
    </message>
    <message>
        <source>“%1” is not a price. Write it like 0.005.</source>
        <translation>„%1“ ist kein Preis. Schreiben Sie ihn wie 0,005.</translation>
    </message>
    <message>
        <source>Stored. The prices hold from the next run on.</source>
        <translation>Gespeichert. Die Preise gelten ab dem nächsten Lauf.</translation>
    </message>
    <message>
        <source>Stored. It holds from the next start on.</source>
        <translation>Gespeichert. Es gilt ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>Datenschutz</translation>
    </message>
    <message>
        <source>Stored in the database, on this computer only: tasks and attachments, every request and reply, tool results, journals, bills, and the files of knowledge bases.</source>
        <translation>In der Datenbank und nur auf diesem Rechner gespeichert: Aufgaben und Anhänge, jede Anfrage und Antwort, Ergebnisse von Werkzeugen, Journale, Rechnungen und die Dateien der Wissensbasen.</translation>
    </message>
    <message>
        <source>Sent away: requests to the provider that a job names, and what a tool that reaches outside is called with. The built-in model, the sandbox and the knowledge bases send nothing.</source>
        <translation>Verschickt werden: Anfragen an den Anbieter, den ein Auftrag nennt, und das, womit ein Werkzeug aufgerufen wird, das nach außen greift. Das eingebaute Modell, die Sandbox und die Wissensbasen senden nichts.</translation>
    </message>
    <message>
        <source>Never stored: keys, outside of the keychain. Lathe reports nothing to anybody.</source>
        <translation>Nie gespeichert werden: Schlüssel, außer im Schlüsselbund. Lathe meldet niemandem etwas.</translation>
    </message>
    <message>
        <source>Puts the key into the keychain</source>
        <translation>Legt den Schlüssel in den Schlüsselbund</translation>
    </message>
    <message>
        <source>Enter a key first.</source>
        <translation>Geben Sie zuerst einen Schlüssel ein.</translation>
    </message>
    <message>
        <source>Takes the key out of the keychain</source>
        <translation>Nimmt den Schlüssel aus dem Schlüsselbund</translation>
    </message>
    <message>
        <source>No key is stored here.</source>
        <translation>Hier ist kein Schlüssel gespeichert.</translation>
    </message>
    <message>
        <source>= %1 per million tokens</source>
        <translation>= %1 je Million Token</translation>
    </message>
    <message>
        <source>= %1 per tool call</source>
        <translation>= %1 je Werkzeugaufruf</translation>
    </message>
    <message>
        <source>Stored until you delete it: a run with “Delete run”, a knowledge base with “Drop”, old journals below.</source>
        <translation>Gespeichert, bis Sie es löschen: einen Lauf mit „Lauf löschen“, eine Wissensbasis mit „Entfernen“, alte Journale unten.</translation>
    </message>
    <message>
        <source>the usual one</source>
        <translation>die übliche</translation>
    </message>
    <message>
        <source>Of Anthropic (2023-06-01, 2026-10-21) or Azure (such as 2024-10-21)</source>
        <translation>Von Anthropic (2023-06-01, 2026-10-21) oder Azure (etwa 2024-10-21)</translation>
    </message>
    <message>
        <source>&amp;Interface version</source>
        <translation>Schn&amp;ittstellenversion</translation>
    </message>
    <message>
        <source>Its models call &amp;tools themselves</source>
        <translation>Die Modelle rufen &amp;Werkzeuge selbst auf</translation>
    </message>
    <message>
        <source>Local servers</source>
        <translation>Lokale Server</translation>
    </message>
    <message>
        <source>Prompts</source>
        <translation>Vorgaben</translation>
    </message>
    <message>
        <source>If not, each decision is asked for as JSON. Models whose list says that they cannot are asked so in any case.</source>
        <translation>Wenn nicht, wird jede Entscheidung als JSON erfragt. Modelle, die es laut ihrer Liste nicht können, werden in jedem Fall so gefragt.</translation>
    </message>
    <message>
        <source>Stored: the provider openai uses this server.</source>
        <translation>Gespeichert: der Anbieter openai nutzt diesen Server.</translation>
    </message>
    <message>
        <source>How often a call that failed for a while is made again</source>
        <translation>Wie oft ein vorübergehend gescheiterter Aufruf wiederholt wird</translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source>If a provider asks to be left alone for longer, the run ends and tells when to try again</source>
        <translation>Bittet ein Anbieter um eine längere Pause, endet der Lauf und sagt, ab wann es wieder geht</translation>
    </message>
    <message>
        <source>&amp;Retries</source>
        <translation>&amp;Wiederholungen</translation>
    </message>
    <message>
        <source>&amp;Longest wait</source>
        <translation>&amp;Längste Wartezeit</translation>
    </message>
    <message>
        <source>Stored. It holds from the next run on.</source>
        <translation>Gespeichert. Gilt ab dem nächsten Lauf.</translation>
    </message>
    <message>
        <source>as usual</source>
        <translation>wie üblich</translation>
    </message>
    <message>
        <source>What one attempt may take: usually 600 s, of which 120 s for its first byte. Give a slow local model more.</source>
        <translation>Was ein Versuch dauern darf: üblich sind 600 s, davon 120 s bis zum ersten Byte. Ein langsames lokales Modell braucht mehr.</translation>
    </message>
    <message>
        <source>&amp;Time for a call</source>
        <translation>&amp;Zeit je Aufruf</translation>
    </message>
</context>
<context>
    <name>lathe::SimulationModel</name>
    <message>
        <source>%1: %2 is not among %3</source>
        <translation>%1: %2 ist nicht unter %3</translation>
    </message>
    <message>
        <source>%1: %2, at most %3</source>
        <translation>%1: %2, höchstens %3</translation>
    </message>
    <message>
        <source>would go on</source>
        <translation>liefe weiter</translation>
    </message>
    <message>
        <source>the same</source>
        <translation>unverändert</translation>
    </message>
    <message>
        <source>A policy stopped it then and would not now; the recording ends there</source>
        <translation>Eine Richtlinie hielt ihn damals an und täte es jetzt nicht; die Aufzeichnung endet dort</translation>
    </message>
    <message>
        <source>phase %1</source>
        <translation>Phase %1</translation>
    </message>
    <message>
        <source>step %1</source>
        <translation>Schritt %1</translation>
    </message>
    <message>
        <source>step %1, %2</source>
        <translation>Schritt %1, %2</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Begonnen</translation>
    </message>
    <message>
        <source>Recorded</source>
        <translation>Aufgezeichnet</translation>
    </message>
    <message>
        <source>Then</source>
        <translation>Dann</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Saved ($)</source>
        <translation>Gespart ($)</translation>
    </message>
</context>
<context>
    <name>lathe::StatePane</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the message and its details</source>
        <translation>Die Meldung und ihre Einzelheiten kopieren</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
</context>
<context>
    <name>lathe::StatusLine</name>
    <message>
        <source>Database</source>
        <translation>Datenbank</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Cost and budget</source>
        <translation>Kosten und Budget</translation>
    </message>
    <message>
        <source>Running runs</source>
        <translation>Aktive Läufe</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>cost %1</source>
        <translation>Kosten %1</translation>
    </message>
    <message>
        <source>nothing runs</source>
        <translation>nichts läuft</translation>
    </message>
    <message numerus="yes">
        <source>● %n running</source>
        <translation>
            <numerusform>● %n läuft</numerusform>
            <numerusform>● %n laufen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::StopCard</name>
    <message>
        <source>Stopped by a step.</source>
        <translation>Angehalten nach einem Schritt.</translation>
    </message>
    <message>
        <source>Stopped by Pause.</source>
        <translation>Angehalten durch Pause.</translation>
    </message>
    <message>
        <source>Every tool call of this run waits for your approval.</source>
        <translation>Jeder Werkzeugaufruf dieses Laufs wartet auf Ihre Zustimmung.</translation>
    </message>
    <message>
        <source>Stopped by the breakpoint %1.</source>
        <translation>Angehalten am Haltepunkt %1.</translation>
    </message>
    <message>
        <source>&amp;Undo edit</source>
        <translation>Änderung &amp;zurücknehmen</translation>
    </message>
    <message>
        <source>Re&amp;ject…</source>
        <translation>Ab&amp;lehnen …</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>Formular</translation>
    </message>
    <message>
        <source>Edit in fields</source>
        <translation>In Feldern ändern</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>Edit as JSON</source>
        <translation>Als JSON ändern</translation>
    </message>
    <message>
        <source>Why the edit (optional)</source>
        <translation>Warum die Änderung (freiwillig)</translation>
    </message>
    <message>
        <source>Reason of the edit</source>
        <translation>Grund der Änderung</translation>
    </message>
    <message>
        <source>Back to what the model wrote</source>
        <translation>Zurück zu dem, was das Modell schrieb</translation>
    </message>
    <message>
        <source>The tool does not run; the model is told why</source>
        <translation>Das Werkzeug läuft nicht; dem Modell wird gesagt, warum</translation>
    </message>
    <message>
        <source>What the model is told instead of a result</source>
        <translation>Was dem Modell statt eines Ergebnisses gesagt wird</translation>
    </message>
    <message>
        <source>Message to the model</source>
        <translation>Mitteilung an das Modell</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>Ablehnen</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>The user rejected this call.</source>
        <translation>Der Benutzer hat diesen Aufruf abgelehnt.</translation>
    </message>
    <message>
        <source>%1 (decision %2)</source>
        <translation>%1 (Entscheidung %2)</translation>
    </message>
    <message>
        <source>%1: %2 (decision %3)</source>
        <translation>%1: %2 (Entscheidung %3)</translation>
    </message>
    <message>
        <source>Next: at most %1</source>
        <translation>Als Nächstes: höchstens %1</translation>
    </message>
    <message>
        <source>The text is no JSON yet, so it cannot be shown as a form.</source>
        <translation>Der Text ist noch kein JSON und kann daher nicht als Formular gezeigt werden.</translation>
    </message>
    <message>
        <source>&amp;Approve edited</source>
        <translation>Geändert &amp;zustimmen</translation>
    </message>
    <message>
        <source>&amp;Approve</source>
        <translation>&amp;Zustimmen</translation>
    </message>
    <message>
        <source>&amp;Apply and continue</source>
        <translation>&amp;Übernehmen und fortfahren</translation>
    </message>
    <message>
        <source>&amp;Continue</source>
        <translation>&amp;Fortfahren</translation>
    </message>
    <message>
        <source>Goes on to the next breakpoint or the end (F5)</source>
        <translation>Fährt bis zum nächsten Haltepunkt oder Ende fort (F5)</translation>
    </message>
    <message>
        <source>Stopped by a step over.</source>
        <translation>Angehalten nach einem Schritt über die Entscheidung.</translation>
    </message>
    <message>
        <source>Stopped by a step out of the frame below.</source>
        <translation>Angehalten nach dem Verlassen der Ebene darunter.</translation>
    </message>
    <message>
        <source>The call in flight was aborted.</source>
        <translation>Der laufende Aufruf wurde abgebrochen.</translation>
    </message>
    <message>
        <source>Before the child frame</source>
        <translation>Vor der Ebene darunter</translation>
    </message>
    <message>
        <source>After the child frame</source>
        <translation>Nach der Ebene darunter</translation>
    </message>
    <message>
        <source>The frame has its task; nothing has happened in it.</source>
        <translation>Die Ebene hat ihre Aufgabe; in ihr ist noch nichts geschehen.</translation>
    </message>
    <message>
        <source>The frame has answered; the frame above has not seen it.</source>
        <translation>Die Ebene hat geantwortet; die Ebene darüber hat es noch nicht gesehen.</translation>
    </message>
    <message>
        <source>&amp;Write the result…</source>
        <translation>Ergebnis &amp;schreiben …</translation>
    </message>
    <message>
        <source>What the model is shown as the result. The tool does not run and costs nothing.</source>
        <translation>Was dem Modell als Ergebnis gezeigt wird. Das Werkzeug läuft nicht und kostet nichts.</translation>
    </message>
    <message>
        <source>Result written by hand</source>
        <translation>Von Hand geschriebenes Ergebnis</translation>
    </message>
    <message>
        <source>The tool does not run; the model is shown what you write</source>
        <translation>Das Werkzeug läuft nicht; dem Modell wird gezeigt, was Sie schreiben</translation>
    </message>
    <message>
        <source>&amp;Use as the result</source>
        <translation>Als Ergebnis &amp;verwenden</translation>
    </message>
    <message>
        <source>Write the result first.</source>
        <translation>Schreiben Sie zuerst das Ergebnis.</translation>
    </message>
    <message>
        <source>The JSON is not valid yet.</source>
        <translation>Das JSON ist noch nicht gültig.</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>&amp;Zurück</translation>
    </message>
</context>
<context>
    <name>lathe::ToolListModel</name>
    <message>
        <source>available</source>
        <translation>verfügbar</translation>
    </message>
    <message>
        <source>not available</source>
        <translation>nicht verfügbar</translation>
    </message>
    <message>
        <source>What a call can do to the world outside</source>
        <translation>Was ein Aufruf draußen bewirken kann</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>Werkzeug</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>Klasse</translation>
    </message>
    <message>
        <source>Availability</source>
        <translation>Verfügbarkeit</translation>
    </message>
    <message>
        <source>%1
Not available: %2</source>
        <translation>%1
Nicht verfügbar: %2</translation>
    </message>
    <message>
        <source>US dollars a call</source>
        <translation>US-Dollar je Aufruf</translation>
    </message>
    <message>
        <source>Price ($)</source>
        <translation>Preis ($)</translation>
    </message>
</context>
<context>
    <name>lathe::ToolsView</name>
    <message>
        <source>&amp;Call the tool</source>
        <translation>Werkzeug &amp;aufrufen</translation>
    </message>
    <message>
        <source>Registered tools</source>
        <translation>Eingetragene Werkzeuge</translation>
    </message>
    <message>
        <source>Registry</source>
        <translation>Verzeichnis</translation>
    </message>
    <message>
        <source>Knowledge bases</source>
        <translation>Wissensbasen</translation>
    </message>
    <message>
        <source>Runs the tool once by hand; nothing is charged and no run is recorded</source>
        <translation>Lässt das Werkzeug einmal von Hand laufen; nichts wird berechnet und kein Lauf aufgezeichnet</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>Formular</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>Ausprobieren</translation>
    </message>
    <message>
        <source>Schema</source>
        <translation>Schema</translation>
    </message>
    <message>
        <source>%1
Class %2 · %3 a call · at most %4</source>
        <translation>%1
Klasse %2 · %3 je Aufruf · höchstens %4</translation>
    </message>
    <message>
        <source>✓ available here</source>
        <translation>✓ hier verfügbar</translation>
    </message>
    <message>
        <source>⚠ not available: %1</source>
        <translation>⚠ nicht verfügbar: %1</translation>
    </message>
    <message>
        <source>The arguments are no valid JSON.</source>
        <translation>Die Argumente sind kein gültiges JSON.</translation>
    </message>
    <message>
        <source>Running…</source>
        <translation>Läuft …</translation>
    </message>
    <message>
        <source>%1 after %2</source>
        <translation>%1 nach %2</translation>
    </message>
    <message>
        <source>MCP servers</source>
        <translation>MCP-Server</translation>
    </message>
</context>
<context>
    <name>lathe::UsagePane</name>
    <message>
        <source>%1 of %2, none left</source>
        <translation>%1 von %2, keiner frei</translation>
    </message>
    <message>
        <source>%1 of %2, %3 left</source>
        <translation>%1 von %2, %3 frei</translation>
    </message>
    <message>
        <source>%1 spent</source>
        <translation>%1 ausgegeben</translation>
    </message>
    <message>
        <source> + %1 reserved</source>
        <translation> + %1 reserviert</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1, no budget</source>
        <translation>%1, kein Budget</translation>
    </message>
    <message>
        <source>Runs, last 60 seconds</source>
        <translation>Läufe, letzte 60 Sekunden</translation>
    </message>
    <message>
        <source>Runs, last hour</source>
        <translation>Läufe, letzte Stunde</translation>
    </message>
    <message>
        <source>Today (UTC)</source>
        <translation>Heute (UTC)</translation>
    </message>
    <message>
        <source>This month (UTC)</source>
        <translation>Dieser Monat (UTC)</translation>
    </message>
    <message>
        <source>Team %1, today</source>
        <translation>Team %1, heute</translation>
    </message>
    <message>
        <source>Team %1, this month</source>
        <translation>Team %1, dieser Monat</translation>
    </message>
    <message>
        <source>Run “%1”</source>
        <translation>Lauf „%1“</translation>
    </message>
</context>
<context>
    <name>lathe::WhatIfModel</name>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>Between the cache as it was and an empty one: another model begins with empty caches</source>
        <translation>Zwischen dem Cache, wie er war, und einem leeren: Ein anderes Modell beginnt mit leeren Caches</translation>
    </message>
    <message>
        <source>Decision</source>
        <translation>Entscheidung</translation>
    </message>
    <message>
        <source>Recorded ($)</source>
        <translation>Aufgezeichnet ($)</translation>
    </message>
    <message>
        <source>These prices ($)</source>
        <translation>Diese Preise ($)</translation>
    </message>
    <message>
        <source>Range ($)</source>
        <translation>Spanne ($)</translation>
    </message>
    <message>
        <source>Difference ($)</source>
        <translation>Unterschied ($)</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Änderung</translation>
    </message>
</context>
<context>
    <name>lathe::WhatIfView</name>
    <message>
        <source>At the prices &amp;of</source>
        <translation>Zu den Preisen &amp;von</translation>
    </message>
    <message>
        <source>A price book of this database</source>
        <translation>Ein Preisbuch dieser Datenbank</translation>
    </message>
    <message>
        <source>as mode&amp;l</source>
        <translation>als Mode&amp;ll</translation>
    </message>
    <message>
        <source>All calls at the prices of one model, or each at its own</source>
        <translation>Alle Aufrufe zu den Preisen eines Modells oder jeder zu seinen</translation>
    </message>
    <message>
        <source>Sum at these prices</source>
        <translation>Summe zu diesen Preisen</translation>
    </message>
    <message>
        <source>Decisions at other prices</source>
        <translation>Entscheidungen zu anderen Preisen</translation>
    </message>
    <message>
        <source>Reading the price books…</source>
        <translation>Lese die Preisbücher …</translation>
    </message>
    <message>
        <source>%1 (in use)</source>
        <translation>%1 (in Gebrauch)</translation>
    </message>
    <message>
        <source>each its own</source>
        <translation>jeder das seine</translation>
    </message>
    <message>
        <source>This book has one price for every model.</source>
        <translation>Dieses Buch hat einen Preis für jedes Modell.</translation>
    </message>
    <message>
        <source>Pricing again…</source>
        <translation>Berechne neu …</translation>
    </message>
    <message>
        <source>The filters let no line of the ledger through.</source>
        <translation>Die Filter lassen keinen Posten des Hauptbuchs durch.</translation>
    </message>
    <message>
        <source>Recorded %1, at these prices %2</source>
        <translation>Aufgezeichnet %1, zu diesen Preisen %2</translation>
    </message>
    <message>
        <source>Recorded %1, at these prices %2 to %3</source>
        <translation>Aufgezeichnet %1, zu diesen Preisen %2 bis %3</translation>
    </message>
    <message>
        <source>recorded %1
at these prices %2
with empty caches %3</source>
        <translation>aufgezeichnet %1
zu diesen Preisen %2
mit leeren Caches %3</translation>
    </message>
    <message>
        <source>Same tokens, other prices. Nothing that is stored changes. Another model would use other numbers of tokens.</source>
        <translation>Dieselben Token, andere Preise. Nichts Gespeichertes ändert sich. Ein anderes Modell bräuchte andere Tokenzahlen.</translation>
    </message>
    <message>
        <source>This book has no price for some of these calls: choose a model whose prices they get.</source>
        <translation>Dieses Buch hat für manche dieser Aufrufe keinen Preis: ein Modell wählen, dessen Preise sie bekommen.</translation>
    </message>
</context>
<context>
    <name>lathe::Words</name>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>pausiert</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>unterbrochen</translation>
    </message>
    <message>
        <source>complete</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>policy violation</source>
        <translation>Verstoß gegen die Richtlinie</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>beendet</translation>
    </message>
    <message>
        <source>LLM</source>
        <translation>LLM</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>Werkzeug</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>next step</source>
        <translation>nächster Schritt</translation>
    </message>
    <message>
        <source>tool dispatched</source>
        <translation>Werkzeug beauftragt</translation>
    </message>
    <message>
        <source>several pending</source>
        <translation>mehrere ausstehend</translation>
    </message>
    <message>
        <source>ok</source>
        <translation>ok</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>abgelehnt</translation>
    </message>
    <message>
        <source>not started</source>
        <translation>nicht begonnen</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>bestanden</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>not reached</source>
        <translation>nicht erreicht</translation>
    </message>
    <message>
        <source>Ingestion</source>
        <translation>Aufnahme</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>Policy</source>
        <translation>Richtlinie</translation>
    </message>
    <message>
        <source>Execution</source>
        <translation>Ausführung</translation>
    </message>
    <message>
        <source>Serialization</source>
        <translation>Abschluss</translation>
    </message>
    <message>
        <source>continued</source>
        <translation>weiter</translation>
    </message>
    <message>
        <source>cache hit</source>
        <translation>Cache-Treffer</translation>
    </message>
    <message>
        <source>free</source>
        <translation>Frei</translation>
    </message>
    <message>
        <source>pro</source>
        <translation>Pro</translation>
    </message>
    <message>
        <source>enterprise</source>
        <translation>Enterprise</translation>
    </message>
    <message>
        <source>pure</source>
        <translation>rein</translation>
    </message>
    <message>
        <source>reads</source>
        <translation>liest</translation>
    </message>
    <message>
        <source>writes</source>
        <translation>schreibt</translation>
    </message>
    <message>
        <source>irreversible</source>
        <translation>unumkehrbar</translation>
    </message>
    <message>
        <source>input</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>cached input</source>
        <translation>Eingabe aus dem Cache</translation>
    </message>
    <message>
        <source>cache write</source>
        <translation>Cache-Schreiben</translation>
    </message>
    <message>
        <source>cache write, 1 h</source>
        <translation>Cache-Schreiben, 1 h</translation>
    </message>
    <message>
        <source>output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>audio input</source>
        <translation>Audio-Eingabe</translation>
    </message>
    <message>
        <source>audio output</source>
        <translation>Audio-Ausgabe</translation>
    </message>
    <message>
        <source>tool call</source>
        <translation>Werkzeugaufruf</translation>
    </message>
    <message>
        <source>reported</source>
        <translation>gemeldet</translation>
    </message>
    <message>
        <source>computed</source>
        <translation>berechnet</translation>
    </message>
    <message>
        <source>estimated</source>
        <translation>geschätzt</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>Before the decision</source>
        <translation>Vor der Entscheidung</translation>
    </message>
    <message>
        <source>After the decision</source>
        <translation>Nach der Entscheidung</translation>
    </message>
    <message>
        <source>Before the tool</source>
        <translation>Vor dem Werkzeug</translation>
    </message>
    <message>
        <source>After the tool</source>
        <translation>Nach dem Werkzeug</translation>
    </message>
    <message>
        <source>At the start of a phase</source>
        <translation>Am Anfang einer Phase</translation>
    </message>
    <message>
        <source>stopped before the decision</source>
        <translation>angehalten vor der Entscheidung</translation>
    </message>
    <message>
        <source>stopped after the decision</source>
        <translation>angehalten nach der Entscheidung</translation>
    </message>
    <message>
        <source>stopped before the tool</source>
        <translation>angehalten vor dem Werkzeug</translation>
    </message>
    <message>
        <source>stopped after the tool</source>
        <translation>angehalten nach dem Werkzeug</translation>
    </message>
    <message>
        <source>stopped at the start of a phase</source>
        <translation>angehalten am Anfang einer Phase</translation>
    </message>
    <message>
        <source>The prompt is built and the budget reserved; nothing has been sent.</source>
        <translation>Der Auftrag ist zusammengestellt und das Budget reserviert; nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>The reply is parsed; nothing has been acted on.</source>
        <translation>Die Antwort ist gelesen; noch wurde nicht danach gehandelt.</translation>
    </message>
    <message>
        <source>The arguments are valid and the price is known; the tool has not run.</source>
        <translation>Die Argumente sind gültig und der Preis ist bekannt; das Werkzeug ist nicht gelaufen.</translation>
    </message>
    <message>
        <source>The result is in hand; the model has not seen it.</source>
        <translation>Das Ergebnis liegt vor; das Modell hat es nicht gesehen.</translation>
    </message>
    <message>
        <source>The phase has been entered; nothing has happened in it.</source>
        <translation>Die Phase hat begonnen; in ihr ist noch nichts geschehen.</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>Budget</translation>
    </message>
    <message>
        <source>Allowed tools</source>
        <translation>Erlaubte Werkzeuge</translation>
    </message>
    <message>
        <source>Something went wrong inside Lathe</source>
        <translation>In Lathe ist etwas schiefgegangen</translation>
    </message>
    <message>
        <source>This cannot be used as it is</source>
        <translation>So kann das nicht verwendet werden</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>Nicht gefunden</translation>
    </message>
    <message>
        <source>Not possible now</source>
        <translation>Jetzt nicht möglich</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>No answer in time</source>
        <translation>Keine rechtzeitige Antwort</translation>
    </message>
    <message>
        <source>Not available</source>
        <translation>Nicht verfügbar</translation>
    </message>
    <message>
        <source>The database failed</source>
        <translation>Die Datenbank hat versagt</translation>
    </message>
    <message>
        <source>This database is newer than the program</source>
        <translation>Diese Datenbank ist neuer als das Programm</translation>
    </message>
    <message>
        <source>A file could not be read or written</source>
        <translation>Eine Datei konnte nicht gelesen oder geschrieben werden</translation>
    </message>
    <message>
        <source>The network failed</source>
        <translation>Das Netz hat versagt</translation>
    </message>
    <message>
        <source>The secure connection failed</source>
        <translation>Die sichere Verbindung kam nicht zustande</translation>
    </message>
    <message>
        <source>An amount is too large</source>
        <translation>Ein Betrag ist zu groß</translation>
    </message>
    <message>
        <source>Check that the disk is not full and the file can be written, then try again.</source>
        <translation>Prüfen Sie, ob der Datenträger voll ist und die Datei beschrieben werden kann, und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>It was not touched. Install a newer Lathe or open another database.</source>
        <translation>Sie wurde nicht angerührt. Installieren Sie ein neueres Lathe oder öffnen Sie eine andere Datenbank.</translation>
    </message>
    <message>
        <source>Check the path and its permissions, then try again.</source>
        <translation>Prüfen Sie den Pfad und seine Rechte und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>Check the base URL in the settings and the connection, then try again.</source>
        <translation>Prüfen Sie die Basis-URL in den Einstellungen und die Verbindung und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>Check the address and the certificates of this computer.</source>
        <translation>Prüfen Sie die Adresse und die Zertifikate dieses Rechners.</translation>
    </message>
    <message>
        <source>Try again, or look at the provider in the settings.</source>
        <translation>Versuchen Sie es erneut oder sehen Sie sich den Anbieter in den Einstellungen an.</translation>
    </message>
    <message>
        <source>Nothing that was recorded is lost. The details help to report it.</source>
        <translation>Nichts Aufgezeichnetes ist verloren. Die Einzelheiten helfen, es zu melden.</translation>
    </message>
    <message>
        <source>Frame depth</source>
        <translation>Tiefe der Ebenen</translation>
    </message>
    <message>
        <source>Context (tokens)</source>
        <translation>Kontext (Token)</translation>
    </message>
    <message>
        <source>Runs in a minute</source>
        <translation>Läufe in einer Minute</translation>
    </message>
    <message>
        <source>Runs in an hour</source>
        <translation>Läufe in einer Stunde</translation>
    </message>
    <message>
        <source>Tool calls</source>
        <translation>Werkzeugaufrufe</translation>
    </message>
    <message>
        <source>At 80 % of a budget</source>
        <translation>Bei 80 % eines Budgets</translation>
    </message>
    <message>
        <source>At the end of a budget</source>
        <translation>Am Ende eines Budgets</translation>
    </message>
    <message>
        <source>stopped at 80 % of a budget</source>
        <translation>angehalten bei 80 % eines Budgets</translation>
    </message>
    <message>
        <source>stopped at the end of a budget</source>
        <translation>angehalten am Ende eines Budgets</translation>
    </message>
    <message>
        <source>Most of a budget is spent; the next call has not been sent.</source>
        <translation>Der größte Teil eines Budgets ist ausgegeben; der nächste Aufruf ist nicht gesendet.</translation>
    </message>
    <message>
        <source>The next call does not fit into the budget; it has not been sent.</source>
        <translation>Der nächste Aufruf passt nicht ins Budget; er ist nicht gesendet.</translation>
    </message>
    <message>
        <source>built-in planner, not a language model</source>
        <translation>eingebauter Planer, kein Sprachmodell</translation>
    </message>
    <message>
        <source>cached audio input</source>
        <translation>Audioeingabe aus dem Cache</translation>
    </message>
    <message>
        <source>reasoning</source>
        <translation>Überlegung</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>web search</source>
        <translation>Websuche</translation>
    </message>
    <message>
        <source>file search</source>
        <translation>Dateisuche</translation>
    </message>
    <message>
        <source>request</source>
        <translation>Anfrage</translation>
    </message>
    <message>
        <source>User&apos;s budget of the day</source>
        <translation>Tagesbudget des Benutzers</translation>
    </message>
    <message>
        <source>User&apos;s budget of the month</source>
        <translation>Monatsbudget des Benutzers</translation>
    </message>
    <message>
        <source>Team&apos;s budget of the day</source>
        <translation>Tagesbudget des Teams</translation>
    </message>
    <message>
        <source>Team&apos;s budget of the month</source>
        <translation>Monatsbudget des Teams</translation>
    </message>
    <message>
        <source>Rules for tools</source>
        <translation>Regeln für Werkzeuge</translation>
    </message>
    <message>
        <source>the same</source>
        <translation>gleich</translation>
    </message>
    <message>
        <source>rounding</source>
        <translation>Rundung</translation>
    </message>
    <message>
        <source>missing here</source>
        <translation>fehlt hier</translation>
    </message>
    <message>
        <source>missing there</source>
        <translation>fehlt dort</translation>
    </message>
    <message>
        <source>unknown model</source>
        <translation>Modell unbekannt</translation>
    </message>
    <message>
        <source>unknown usage</source>
        <translation>Verbrauch unbekannt</translation>
    </message>
    <message>
        <source>usage differs</source>
        <translation>Verbrauch weicht ab</translation>
    </message>
    <message>
        <source>service tier</source>
        <translation>Dienststufe</translation>
    </message>
    <message>
        <source>price differs</source>
        <translation>Preis weicht ab</translation>
    </message>
    <message>
        <source>User added</source>
        <translation>Benutzer hinzugefügt</translation>
    </message>
    <message>
        <source>Tier</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>Team</translation>
    </message>
    <message>
        <source>Depth</source>
        <translation>Tiefe</translation>
    </message>
    <message>
        <source>Tool calls a run</source>
        <translation>Werkzeugaufrufe je Lauf</translation>
    </message>
    <message>
        <source>Runs a minute</source>
        <translation>Läufe je Minute</translation>
    </message>
    <message>
        <source>Runs an hour</source>
        <translation>Läufe je Stunde</translation>
    </message>
    <message>
        <source>Budget of a run</source>
        <translation>Budget eines Laufs</translation>
    </message>
    <message>
        <source>Budget of a day</source>
        <translation>Budget eines Tages</translation>
    </message>
    <message>
        <source>Budget of a month</source>
        <translation>Budget eines Monats</translation>
    </message>
    <message>
        <source>allow</source>
        <translation>erlauben</translation>
    </message>
    <message>
        <source>ask</source>
        <translation>fragen</translation>
    </message>
    <message>
        <source>deny</source>
        <translation>verbieten</translation>
    </message>
    <message>
        <source>tool refused</source>
        <translation>Werkzeug abgelehnt</translation>
    </message>
    <message>
        <source>asked</source>
        <translation>gefragt</translation>
    </message>
    <message>
        <source>Budget of the run</source>
        <translation>Budget des Laufs</translation>
    </message>
    <message>
        <source>any server that speaks OpenAI&apos;s chat/completions</source>
        <translation>jeder Server, der OpenAIs chat/completions spricht</translation>
    </message>
    <message>
        <source>OpenAI&apos;s Responses API, without anything kept at the provider</source>
        <translation>OpenAIs Responses API, ohne dass beim Anbieter etwas bleibt</translation>
    </message>
    <message>
        <source>Anthropic&apos;s Messages API</source>
        <translation>Anthropics Messages API</translation>
    </message>
    <message>
        <source>Google&apos;s Gemini API</source>
        <translation>Googles Gemini API</translation>
    </message>
    <message>
        <source>Ollama&apos;s own API, for models on this computer</source>
        <translation>Ollamas eigene API, für Modelle auf diesem Rechner</translation>
    </message>
    <message>
        <source>disabled</source>
        <translation>abgeschaltet</translation>
    </message>
    <message>
        <source>settings cannot be used</source>
        <translation>Einstellungen nicht brauchbar</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>verbindet sich</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>verbunden</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>nicht verbunden</translation>
    </message>
</context>
<context>
    <name>lathe::format::Text</name>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>%1 + unknown</source>
        <translation>%1 + unbekannt</translation>
    </message>
    <message>
        <source>0 ms</source>
        <translation>0 ms</translation>
    </message>
    <message>
        <source>&lt; 0.1 ms</source>
        <translation>&lt; 0,1 ms</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>gerade eben</translation>
    </message>
    <message>
        <source>%1 min ago</source>
        <translation>vor %1 min</translation>
    </message>
    <message>
        <source>yesterday %1</source>
        <translation>gestern %1</translation>
    </message>
    <message>
        <source>(%1 of %2 priced)</source>
        <translation>(%1 von %2 mit Preis)</translation>
    </message>
</context>
</TS>
