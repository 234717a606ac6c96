namespace Lorch.Core;

/// <summary>
/// Every code that a diagnostic can carry; <c>docs/diagnostics.md</c> tells cause and remedy of each. Retired codes are never reused.
/// </summary>
internal static class DiagnosticCode
{
    /// <summary>No lorch.json was found.</summary>
    public const string ConfigurationNotFound = "LORCH1001";

    /// <summary>lorch.json isn't JSON.</summary>
    public const string ConfigurationNotJson = "LORCH1002";

    /// <summary>A value in lorch.json has the wrong type.</summary>
    public const string ConfigurationWrongType = "LORCH1003";

    /// <summary>lorch.json has a member that doesn't exist.</summary>
    public const string UnknownMember = "LORCH1004";

    /// <summary>lorch.json lacks a member that must be there.</summary>
    public const string MissingMember = "LORCH1005";

    /// <summary>A value in lorch.json is not one of the allowed ones.</summary>
    public const string ConfigurationInvalidValue = "LORCH1006";

    /// <summary>lorch.json has a version that this package doesn't know.</summary>
    public const string ConfigurationVersion = "LORCH1007";

    /// <summary>A task was asked for that lorch.json doesn't define.</summary>
    public const string UnknownTask = "LORCH1008";

    /// <summary>A text isn't a valid task id.</summary>
    public const string InvalidTaskId = "LORCH1009";

    /// <summary>Tasks depend on each other in a circle.</summary>
    public const string TaskCycle = "LORCH1010";

    /// <summary>Two tasks have the same id.</summary>
    public const string DuplicateTask = "LORCH1011";

    /// <summary>Tasks that regenerate their files read what others of them make, in a circle.</summary>
    public const string UndeclaredDependency = "LORCH1012";

    /// <summary>A glob or path can't be used, or leaves the workspace.</summary>
    public const string InvalidGlob = "LORCH1013";

    /// <summary>A task's input glob names something that is never tracked.</summary>
    public const string UntrackedInput = "LORCH1014";

    /// <summary>A task's input glob matches no file.</summary>
    public const string GlobMatchesNothing = "LORCH1015";

    /// <summary>A task's parameter has a name that commands use themselves.</summary>
    public const string ReservedParameter = "LORCH1016";

    /// <summary>An agent that the workflow needs isn't configured.</summary>
    public const string MissingAgent = "LORCH1017";

    /// <summary>There is no task to run.</summary>
    public const string NoTasks = "LORCH1018";

    /// <summary>A task depends on one that doesn't exist.</summary>
    public const string UnknownDependency = "LORCH1019";

    /// <summary>A build property has a value that can't be used.</summary>
    public const string InvalidProperty = "LORCH1020";

    /// <summary>The build engine is too old for this package.</summary>
    public const string UnsupportedBuildEngine = "LORCH1021";

    /// <summary>An agent uses a tool that doesn't exist.</summary>
    public const string UnknownTool = "LORCH1022";

    /// <summary>A prompt has a placeholder that doesn't exist.</summary>
    public const string UnknownPlaceholder = "LORCH1023";

    /// <summary>A task is too long for messages or for the ledger.</summary>
    public const string TaskTooLong = "LORCH1024";

    /// <summary>A word of a command line is longer than the system takes.</summary>
    public const string ArgumentTooLong = "LORCH1025";

    /// <summary>A task would have to be worked in a build that a watch started, which begins again whenever an agent writes.</summary>
    public const string BuildIsWatched = "LORCH1026";

    /// <summary>A task file's front matter isn't YAML of the plain kind, or has no end.</summary>
    public const string TaskFileNotReadable = "LORCH1027";

    /// <summary>A task that is only proposed is to be worked.</summary>
    public const string TaskProposed = "LORCH1028";

    /// <summary>Nothing judges what a task builds: it has no reviewer and no <c>verify</c>.</summary>
    public const string NothingJudges = "LORCH1029";

    /// <summary>A task names an agent that isn't there.</summary>
    public const string UnknownAgent = "LORCH1030";

    /// <summary>The workspace root isn't a folder.</summary>
    public const string WorkspaceNotFound = "LORCH2001";

    /// <summary>Another run holds the workspace.</summary>
    public const string WorkspaceLocked = "LORCH2002";

    /// <summary>A tracked file can't be read.</summary>
    public const string FileUnreadable = "LORCH2003";

    /// <summary>A symbolic link leads out of the workspace.</summary>
    public const string LinkLeavesWorkspace = "LORCH2004";

    /// <summary>A file changed each time it was read.</summary>
    public const string FileKeepsChanging = "LORCH2005";

    /// <summary>A socket, FIFO or device was skipped.</summary>
    public const string SpecialFileSkipped = "LORCH2006";

    /// <summary>Something couldn't be written durably: the disk is full, broken or read-only.</summary>
    public const string StorageFailed = "LORCH2007";

    /// <summary>A ledger is damaged.</summary>
    public const string LedgerDamaged = "LORCH2008";

    /// <summary>A ledger's last line was torn and moved aside.</summary>
    public const string LedgerTorn = "LORCH2009";

    /// <summary>A file was written by a newer version.</summary>
    public const string FormatTooNew = "LORCH2010";

    /// <summary>A receipt is damaged, or belongs elsewhere.</summary>
    public const string ReceiptDamaged = "LORCH2011";

    /// <summary>A completion record is damaged, or belongs elsewhere.</summary>
    public const string CompletionDamaged = "LORCH2012";

    /// <summary>A snapshot manifest is damaged.</summary>
    public const string ManifestDamaged = "LORCH2013";

    /// <summary>The run isn't there.</summary>
    public const string RunNotFound = "LORCH2014";

    /// <summary>The run was aborted and can't be resumed.</summary>
    public const string RunAborted = "LORCH2015";

    /// <summary>The task's definition changed since the run began.</summary>
    public const string DefinitionChanged = "LORCH2016";

    /// <summary>The workspace changed between interruption and resume.</summary>
    public const string WorkspaceDrifted = "LORCH2017";

    /// <summary>An input changed while the run worked, and no agent reported it.</summary>
    public const string InputChangedDuringRun = "LORCH2018";

    /// <summary>A file's name isn't valid UTF-8.</summary>
    public const string FileNameNotUtf8 = "LORCH2019";

    /// <summary>A file that would be written exists.</summary>
    public const string FileExists = "LORCH2020";

    /// <summary>A step's record is too long for the ledger.</summary>
    public const string LedgerLineTooLong = "LORCH2021";

    /// <summary>A path leads out of the workspace, or to something that isn't a regular file.</summary>
    public const string PathNotAllowed = "LORCH2022";

    /// <summary>An artifact isn't what the newest receipt says that names it.</summary>
    public const string ArtifactAltered = "LORCH2023";

    /// <summary>One of Lorch's own files was changed while agents worked.</summary>
    public const string OwnFileAltered = "LORCH2024";

    /// <summary>Others may write to a folder of records.</summary>
    public const string FolderNotPrivate = "LORCH2025";

    /// <summary>The snapshot isn't there.</summary>
    public const string SnapshotNotFound = "LORCH2026";

    /// <summary>A project, props, targets or package file changed in a build that had read it.</summary>
    public const string BuildFileChanged = "LORCH2030";

    /// <summary>More finished tasks are stale by their inputs alone than a build works again unasked.</summary>
    public const string TooMuchRework = "LORCH2031";

    /// <summary>What a run landed can't be taken back: nothing landed, or files were changed since.</summary>
    public const string NotUndoable = "LORCH2032";

    /// <summary>lorch.json or a prompt was edited while a task was worked.</summary>
    public const string ConfigurationEdited = "LORCH2033";

    /// <summary>A task can't be accepted as it is.</summary>
    public const string NotAcceptable = "LORCH2034";

    /// <summary>An open run is one of another workspace with the same state root.</summary>
    public const string RunOfAnotherWorkspace = "LORCH2035";

    /// <summary>An agent says that a task is done.</summary>
    public const string AcceptedByAgent = "LORCH2036";

    /// <summary>An agent's program can't be started.</summary>
    public const string AgentNotStarted = "LORCH3001";

    /// <summary>An agent ended during a command.</summary>
    public const string AgentExited = "LORCH3002";

    /// <summary>An agent answered with an error.</summary>
    public const string AgentReportedError = "LORCH3003";

    /// <summary>An agent didn't answer before its deadline.</summary>
    public const string DeadlineExceeded = "LORCH3004";

    /// <summary>An agent's heartbeats stopped.</summary>
    public const string AgentUnhealthy = "LORCH3005";

    /// <summary>An agent sent too many lines that aren't messages.</summary>
    public const string MessagesRejected = "LORCH3006";

    /// <summary>An artifact isn't what the agent said.</summary>
    public const string ArtifactRejected = "LORCH3007";

    /// <summary>An agent saw another snapshot than the command's.</summary>
    public const string VersionMismatch = "LORCH3008";

    /// <summary>An agent sent more than is allowed.</summary>
    public const string AgentFlooded = "LORCH3009";

    /// <summary>An agent was restarted too often.</summary>
    public const string RestartsUsedUp = "LORCH3010";

    /// <summary>The coding tool that an agent uses isn't there.</summary>
    public const string ToolNotFound = "LORCH3011";

    /// <summary>The coding tool is older than what its preset needs.</summary>
    public const string ToolTooOld = "LORCH3012";

    /// <summary>Nobody is signed in to the coding tool.</summary>
    public const string ToolNotSignedIn = "LORCH3013";

    /// <summary>The coding tool is at a rate limit or has used up what was paid for.</summary>
    public const string ToolLimitReached = "LORCH3014";

    /// <summary>What the coding tool had to read is too long for its model.</summary>
    public const string ContextTooLong = "LORCH3015";

    /// <summary>The coding tool or its model refused the work.</summary>
    public const string ToolRefused = "LORCH3016";

    /// <summary>The coding tool ended with an error.</summary>
    public const string ToolCrashed = "LORCH3017";

    /// <summary>The coding tool gave no answer.</summary>
    public const string EmptyAnswer = "LORCH3018";

    /// <summary>No verdict could be read in the coding tool's answer.</summary>
    public const string VerdictUnreadable = "LORCH3019";

    /// <summary>Files were changed that the agent may not change.</summary>
    public const string ChangedOutside = "LORCH3020";

    /// <summary>What a run made in its view has no place in the workspace.</summary>
    public const string LandingConflict = "LORCH3023";

    /// <summary>Views can't lie inside the workspace.</summary>
    public const string ViewRootInWorkspace = "LORCH3024";

    /// <summary>What a run made in its view isn't kept any more.</summary>
    public const string ContentLost = "LORCH3025";

    /// <summary>A run is complete and waits for its branch.</summary>
    public const string LandingHeld = "LORCH3026";

    /// <summary>Agents asked for changes more often than allowed.</summary>
    public const string IterationsUsedUp = "LORCH4001";

    /// <summary>The builder's tests fail.</summary>
    public const string TestsFailed = "LORCH4002";

    /// <summary>A task wasn't started because one that it depends on failed.</summary>
    public const string DependencyFailed = "LORCH4003";

    /// <summary>The run was interrupted and can be resumed.</summary>
    public const string RunInterrupted = "LORCH4004";

    /// <summary>A finding of a review.</summary>
    public const string ReviewFinding = "LORCH4005";

    /// <summary>A task isn't up to date (only with `-question`).</summary>
    public const string TaskIsStale = "LORCH4006";

    /// <summary>An agent asked for the same changes again, and nothing changed in between.</summary>
    public const string NoProgress = "LORCH4007";

    /// <summary>The run reached its budget.</summary>
    public const string BudgetUsedUp = "LORCH4008";

    /// <summary>A message is too long.</summary>
    public const string MessageTooLong = "LORCH4009";

    /// <summary>The page of a run couldn't be written.</summary>
    public const string ReportNotWritten = "LORCH4010";
}
