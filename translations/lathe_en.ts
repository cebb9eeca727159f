<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>lathe::Application</name>
    <message>
        <source>Open database</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lathe databases (*.db);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open or create</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::BillModel</name>
    <message>
        <source>Phase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Provider</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>User</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Team</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tier</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Day (UTC)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cost ($)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calls</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without price</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::BillView</name>
    <message numerus="yes">
        <source>%n line(s) written to %1.</source>
        <translation>
            <numerusform>%n line written to %1.</numerusform>
            <numerusform>%n lines written to %1.</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Export CSV…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bill</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>last 7 days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>last 30 days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing else</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>for programs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>UTF-8, every text as it is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>for spreadsheets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With a byte order mark; text that a spreadsheet would run as a formula is guarded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Period</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By the time of each line, days in UTC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;User</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who ran it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One run, or all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Group by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The rows of the table and the bars of the chart</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;and by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A second dimension</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the CSV file is written</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Charged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The exact sum of all lines with a price</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Avoided</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not charged thanks to cache and re-use; never taken off the sum</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without price</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lines whose cost nobody knows; they are not in the sum</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Adding up…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing has been charged yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compose a task</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One row for each line of the ledger that the filters let through</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The filters let no line of the ledger through, so there is nothing to export.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>phases %1
decisions %2
tools %3
total %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>phases %1 = decisions %2 + tools %3 = total %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sums do not agree: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all users</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a run at the left to go to one of its decisions.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export CSV</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CSV files (*.csv)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 was not written: %2.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::BreakpointModel</name>
    <message>
        <source>tool %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>entering phase %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>after an error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop at</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hits</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::BreakpointsPane</name>
    <message>
        <source>BEFORE_TOOL tool=code_executor, AFTER_DECIDE, phase=POLICY, error …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New breakpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A stop point, tool=NAME, phase=NAME or error; several must all hold</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add the breakpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the selected breakpoint (Delete)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Breakpoints</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No breakpoint. Press F9 on a decision, or write one above.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::BytesView</name>
    <message>
        <source>Raw bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hex</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show offsets and hexadecimal values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy all bytes as text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save all bytes to a file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, the first %2 are shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 was not written: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved as %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::CheatSheet</name>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the list of runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In tables and trees</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the exact value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change a cell</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::ChipBar</name>
    <message>
        <source>Attach files…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files lie in the working folder of code_executor under their own names. Drop them here as well.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove attachment %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::CommandPalette</name>
    <message>
        <source>Actions and runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type to find an action or a run</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::ComposeView</name>
    <message>
        <source>Sample &amp;tasks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run, stop &amp;first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What should the agent do? Say it in plain words; put code into a fenced block.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sample tasks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tasks to begin with; all run on the built-in model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run the task (Ctrl+Enter)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run the task and stop before the first decision (Ctrl+Shift+Enter)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Task</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JSON</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same job as JSON; edits here fill the form</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The task was cleared.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The JSON was not valid; the form shows the job as it was before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No samples are installed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sample took the place of your task.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write what the agent should do.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write a prompt or pick a sample task.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No estimate: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About %1 tokens in, at most %2 out a step; first step at most %3, worst case %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By the contract&apos;s measure (characters / 4): %1 tokens. Worst case, exactly: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Policy would refuse it. %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::CostChart</name>
    <message>
        <source>Chart of cost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The %1 dearest of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>US dollars</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::CostLineModel</name>
    <message>
        <source>Price book %1, rate %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 a call</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 per 1M</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 per 1,000</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attempt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quantity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Price ($)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cost ($)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Amount is</source>
        <translation type="unfinished"></translation>
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
    <message>
        <source>Decisions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no decision.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No run is open. Compose a task, or pick a run in the list.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compose a task</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the run…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (+%2 reserved)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from the result cache</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit and run again…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This run was interrupted. Going on pays nothing twice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You stopped this run. What it spent stands on its bill.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answered from the result cache: no model was asked and nothing was paid.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run without the cache</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decision %1, as it arrives</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Running %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The edited text is no valid JSON, so nothing was sent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stops at the next stop point; the call in flight finishes first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The call in flight is being aborted; it may still be billed.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::DecisionTreeModel</name>
    <message>
        <source>not decided</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>waiting for the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, edited</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, reused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, written by hand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decision %1, %2 %3, %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cost of this decision&apos;s model calls and tool calls, in US dollars</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Own cost plus everything in the frames below, in US dollars</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>#</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Action</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tool or answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Status</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Own ($)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Incl. ($)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>deciding</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::Inspector</name>
    <message>
        <source>Reasoning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdicts and edits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Policy checks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No check belongs to this decision.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lines of the ledger</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was charged for this decision.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attempt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Request</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the model says about why</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was sent to the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What came back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Arguments</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the tool was called with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the tool gave back, or the answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Policy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checks, verdicts and edits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The lines of the ledger</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Raw bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exactly what was on the wire</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select a decision.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing has been sent for this decision.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next prompt:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The reply could not be acted on: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model gave no reasoning.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model has not answered yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attempt %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in flight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing has been sent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 %2 · request hash %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>HTTP %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>first byte after %1, whole after %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 tokens in, %2 out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>usage unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tried again after %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This decision calls no tool.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 · %2%3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> · edited</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Final answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no result.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>written by hand, the tool did not run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdict %1 by %2%3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit of %1 at %2: %3 → %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reason: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No verdict and no edit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model %1 · tools %2 · own %3 · with the frames below %4</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::ItemViews</name>
    <message>
        <source>&amp;Copy value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy &amp;row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy &amp;table as CSV</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::JobForm</name>
    <message>
        <source>&amp;Stream the reply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use the result &amp;cache</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>May open child &amp;frames</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shown in lists and on bills</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the run is called; may be empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;User</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whose limits hold and who pays</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tier</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Provider</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the model runs; addresses and keys are in the settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Empty: the provider&apos;s default</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the model&apos;s default</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Temp&amp;erature</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>0 to 2; higher is more varied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the text as it arrives</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same job of the same user is answered from the cache, at no cost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Limits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tools the agent may use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;All</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every tool the user&apos;s policy allows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>N&amp;one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The agent answers without tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The agent may hand parts of the task to child frames (llm_call)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>run without asking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>wait for my approval</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>are all refused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tool &amp;calls</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What happens when the agent wants to call a tool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Budget ($)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For the whole run; never overspent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;teps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decisions in the whole run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Depth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Depth of frames</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Conte&amp;xt (tokens)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest prompt of a step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Out&amp;put (tokens)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest reply of a step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>name of the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: depth %2, %3 tokens, %4 tool calls, %5 runs a minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>new user, gets the tier %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>is not an amount in dollars; write it like 0.20</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::JournalModel</name>
    <message>
        <source>Seq.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Phase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Event</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Summary</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::JournalPane</name>
    <message>
        <source>all entries</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>run and phases</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>decisions and frames</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>model calls</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tool calls</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>policy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>money</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stops and edits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>problems</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind of entry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show only entries of one kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter by text in the details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter the journal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Searches the whole journal of the run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Journal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The journal of the open run stands here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the journal…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No entry matches the filter.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show all</source>
        <translation type="unfinished"></translation>
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
    <message>
        <source>decision %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cache switched off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>hit, %1 avoided</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>miss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 characters, about %2 tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all passed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>frame %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 reserved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 spent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>attempt %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about %1 tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>again in %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ok</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::JsonEditor</name>
    <message>
        <source>JSON text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Line %1, %2: %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>valid ✓</source>
        <translation type="unfinished"></translation>
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
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::JsonView</name>
    <message>
        <source>JSON tree</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy &amp;value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy &amp;path</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy &amp;everything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JSON text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Selected text in full</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tree</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show as a tree</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show as text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search inside</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search inside the JSON</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy everything</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::KeyStore</name>
    <message>
        <source>Kept in the keychain of this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken from the environment variable %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept in memory until Lathe is closed: no keychain is available.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No key is set.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No key is set here or in the environment variable %1.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::KnowledgeModel</name>
    <message>
        <source>%1 (built in)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Documents</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Passages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Characters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Added</source>
        <translation type="unfinished"></translation>
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
    <message>
        <source>&amp;Drop…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Knowledge bases</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search all knowledge bases</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Passages found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Passages stand here, best first, as retrieve_context would find them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Add files…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text files become one knowledge base, split into passages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Removes the selected knowledge base and its index; the files stay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The built-in knowledge base stays</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the knowledge bases…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no knowledge base yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add files to the knowledge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2 documents, %3 passages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dropping “%1” removes %2 documents and %3 passages from the index. It cannot be undone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No passage found.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::MainWindow</name>
    <message>
        <source>Lathe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening %1…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 – Lathe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Journal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Breakpoints</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;New task</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start with an empty task</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sample &amp;tasks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Open database…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open another database in a window of its own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Export bill as CSV…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write the lines of the ledger to a file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Providers, prices, storage, appearance, language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the window; what runs can be resumed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Filter the view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter or search the view in focus</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find &amp;action or run…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All actions and runs by name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Compose</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compose a task</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Debug</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Step through a run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Bill</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See what it cost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Policy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Users, tiers and limits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tools and knowledge bases</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put all panes back in their places</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Next pane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move to the next pane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Previous pane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move to the previous pane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go &amp;back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to where you were</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Debug</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Check tools again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See again which tools work here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Knowledge bases</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What retrieve_context searches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All keys at a glance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;About Lathe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version and licence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Run the task</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run what is composed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run, stop at the &amp;first decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run and stop before anything is sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run a&amp;gain…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compose the task of the selected run again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Re&amp;sume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on with an interrupted run; nothing is paid twice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show its &amp;bill</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the open run cost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Delete run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete the selected run and its bill; can be undone at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Debugger</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Continue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Continue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start, or go on to the next breakpoint or the end</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop at the next stop point; a call in flight finishes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Interrupt now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Interrupt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Abort the call in flight; it may still be billed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Step &amp;over</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Over</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One whole decision in this frame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Step in&amp;to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Into</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The next stop point, entering a child frame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Step o&amp;ut</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until this frame returns</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>End the run; what was spent is billed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Toggle &amp;breakpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop whenever something like the selected row is about to happen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Breakpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No run of this window is going on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run is not stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run is stopped already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is in flight.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select a decision first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compose a task first (Ctrl+1).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The database is not open.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to filter in this view.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select a run first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the run first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only an interrupted run can be resumed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About Lathe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lathe %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A workbench for LLM agents: run them, step through every decision, see what each one cost.

Free software under the GNU General Public License, version 3 or later. No warranty.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::MessageBar</name>
    <message>
        <source>Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show what else is known about it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the message and its details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dismiss the message</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::ModeBar</name>
    <message>
        <source>Modes</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::PhaseStrip</name>
    <message>
        <source>%1: not entered</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped · %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>running · %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2, %3, exactly %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Phases</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::PolicyChecksModel</name>
    <message>
        <source>Outcome</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Actual</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Limit</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::PolicyModel</name>
    <message>
        <source>“%1” is not an amount in dollars. Write it like 0.20, or leave it empty for no budget.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is not a whole number.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>every tool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changing the tier resets the limits to the tier&apos;s own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>User</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tier</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Depth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Context (tokens)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tool calls a run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runs a minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runs an hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run ($)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Day ($)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Month ($)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allowed tools</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::PolicyView</name>
    <message>
        <source>What each user may do. A user without a row gets the tier free at the first run. Double-click a cell to change it; it holds from the next check on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Users and limits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>name of a new user</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New user</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Add user</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Adds a user with the limits of the tier free</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No user has run anything yet. Add one below, or run a task.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the users…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A user needs a name.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::ResultView</name>
    <message>
        <source>Formatted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show headings, lists and code as such</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show exactly what the model wrote</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Result as text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Result, formatted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the text</source>
        <translation type="unfinished"></translation>
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
    <message>
        <source>%1 tokens</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::RunListModel</name>
    <message>
        <source>%1, %2, %3, %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1
%2, %3
%4, %5
%6
%7</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Started</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>User</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decisions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cost ($)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::RunsPane</name>
    <message>
        <source>Search runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Searches prompt, name, user, model and id</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the runs…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” and its bill are being deleted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Run again…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Re&amp;sume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No run yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compose a task</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No run matches “%1”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show all</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::SchemaForm</name>
    <message>
        <source>Needed. %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As JSON only: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 if empty</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::SettingsDialog</name>
    <message>
        <source>&amp;Store key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remo&amp;ve key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Providers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prices</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Storage</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Used when a job names none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ends where the version ends, such as https://api.example.com/v1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the provider&apos;s default</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A key in this variable goes before the one in the keychain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>enter a new key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>API key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Default provider</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Provider</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Base URL</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key &amp;variable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys are kept in the keychain of this computer, never in the database, a file, a log or an export.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stored.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keychain did not take the key: %1. It is kept in memory until Lathe is closed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The flat price book holds for every model and every tool. A change holds from the next run on; what was charged before stays as it was.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A &amp;million tokens ($)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A &amp;tool call ($)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the tools that reach outside need. Tools say in the registry what is missing. Holds from the next start on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Search by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search &amp;URL</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Workflow URL</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Workflow &amp;token variable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Open another database…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In a window of its own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runs with their requests, replies, tool results and bills are kept here until you delete them. Keys are not.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>as the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A change of the language is seen at the next start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stored in the database, on this computer only: tasks and attachments, every request and reply, tool results, journals, bills, and the files of knowledge bases.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stored until you delete it: a run with “Delete run”, a knowledge base with “Drop”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sent away: requests to the provider that a job names, and what a tool that reaches outside is called with. The built-in model, the sandbox and the knowledge bases send nothing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Never stored: keys, outside of the keychain. Lathe reports nothing to anybody.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This provider needs no key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Puts the key into the keychain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter a key first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Takes the key out of the keychain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No key is stored here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is not a price. Write it like 0.005.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stored. The prices hold from the next run on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stored. It holds from the next start on.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::StatePane</name>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the message and its details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
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
    <message>
        <source>Database</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>User</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cost and budget</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Running runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cost %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>budget %1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (+%2 reserved)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing runs</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::StopCard</name>
    <message>
        <source>Stopped by a step.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped by a step over.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped by a step out of the frame below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The call in flight was aborted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped by Pause.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every tool call of this run waits for your approval.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped by the breakpoint %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Before the child frame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>After the child frame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The frame has its task; nothing has happened in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The frame has answered; the frame above has not seen it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Undo edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Re&amp;ject…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Write the result…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Form</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit in fields</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JSON</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit as JSON</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the model is shown as the result. The tool does not run and costs nothing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Result written by hand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why the edit (optional)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reason of the edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to what the model wrote</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The tool does not run; the model is told why</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The tool does not run; the model is shown what you write</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the model is told instead of a result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Message to the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reject</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The user rejected this call.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (decision %2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2 (decision %3)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next: at most %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The text is no JSON yet, so it cannot be shown as a form.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Use as the result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Approve edited</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Approve</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Apply and continue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Continue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Goes on to the next breakpoint or the end (F5)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write the result first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The JSON is not valid yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::ToolListModel</name>
    <message>
        <source>%1
Not available: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>available</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not available</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>US dollars a call</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What a call can do to the world outside</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Price ($)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Availability</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::ToolsView</name>
    <message>
        <source>&amp;Call the tool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Registered tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Registry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Knowledge bases</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runs the tool once by hand; nothing is charged and no run is recorded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Form</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JSON</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Schema</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1
Class %2 · %3 a call · at most %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✓ available here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>⚠ not available: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The arguments are no valid JSON.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Running…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 after %2</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::Words</name>
    <message>
        <source>running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>complete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>policy violation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LLM</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>next step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tool dispatched</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>several pending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ok</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not started</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>passed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not reached</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ingestion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Context</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Policy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Execution</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Serialization</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>continued</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cache hit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>free</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pro</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>enterprise</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>writes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>irreversible</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>input</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cached input</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cached audio input</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cache write</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cache write, 1 h</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>output</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reasoning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>audio input</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>audio output</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>web search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>file search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>request</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tool call</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reported</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>computed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>estimated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Before the decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>After the decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Before the tool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>After the tool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At the start of a phase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At 80 % of a budget</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At the end of a budget</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped before the decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped after the decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped before the tool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped after the tool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped at the start of a phase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped at 80 % of a budget</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped at the end of a budget</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The prompt is built and the budget reserved; nothing has been sent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The reply is parsed; nothing has been acted on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The arguments are valid and the price is known; the tool has not run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The result is in hand; the model has not seen it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The phase has been entered; nothing has happened in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Most of a budget is spent; the next call has not been sent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The next call does not fit into the budget; it has not been sent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frame depth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Context (tokens)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runs in a minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runs in an hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Budget</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>User&apos;s budget of the day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>User&apos;s budget of the month</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Team&apos;s budget of the day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Team&apos;s budget of the month</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rules for tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allowed tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tool calls</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>built-in planner, not a language model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something went wrong inside Lathe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This cannot be used as it is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not possible now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No answer in time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not available</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The database failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This database is newer than the program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A file could not be read or written</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The network failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The secure connection failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An amount is too large</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that the disk is not full and the file can be written, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It was not touched. Install a newer Lathe or open another database.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the path and its permissions, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the base URL in the settings and the connection, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the address and the certificates of this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again, or look at the provider in the settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing that was recorded is lost. The details help to report it.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>lathe::format::Text</name>
    <message>
        <source>unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 + unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>0 ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&lt; 0.1 ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>just now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 min ago</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>yesterday %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
