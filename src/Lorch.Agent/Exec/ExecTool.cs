using System.Globalization;
using System.Text;
using Lorch.Agent.Complaints;
using Lorch.Agent.Working;
using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Agents.Verifying;
using Lorch.Core.Tools;

namespace Lorch.Agent.Exec;

/// <summary>A tool that is run once for each question: the prompt goes in, the answer comes out, the process ends.</summary>
/// <param name="preset">How it is run.</param>
/// <param name="workspace">The workspace.</param>
/// <param name="clock">The clock.</param>
internal sealed class ExecTool(ToolPreset preset, ToolWorkspace workspace, TimeProvider clock) : ITool
{
    /// <summary>
    /// Linux takes no argument longer than 128 KiB (execve(2), MAX_ARG_STRLEN), in which the prompt may not be alone. Windows takes 32 KiB
    /// in all.
    /// </summary>
    private static readonly int MaxPromptArgumentBytes = OperatingSystem.IsWindows() ? 16 * 1024 : 120 * 1024;

    private const int MaxComplaintLines = 40;
    private const string PromptPlace = "{prompt}";
    private const string PromptFilePlace = "{prompt_file}";
    private const string ModelPlace = "{model}";

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly ToolVersion _version = new(preset, workspace, clock);

    /// <inheritdoc/>
    public async Task<ToolAnswer> AskAsync(ToolRequest request, CancellationToken cancellationToken)
    {
        if (ChildProcess.Find(preset.Command[0], workspace.Layout, workspace.Environment, out var program) is { } missing)
        {
            var install = preset.Install is { } how ? $" To install it: {how}" : "";
            return new ToolAnswer { Problem = new ToolProblem(ToolFailure.NotFound, $"{preset.Title} isn't there: {missing}{install}") };
        }

        var isTooLong = preset.Prompt is PromptWay.Argument && !FitsIntoArgument(request.Prompt, program!);
        var file = preset.Prompt is PromptWay.File || isTooLong ? WritePromptFile(request.Prompt) : null;
        try
        {
            return isTooLong
                ? await RunAsync(request with { Prompt = Pointer(file!) }, program!, file: null, cancellationToken)
                : await RunAsync(request, program!, file, cancellationToken);
        }
        catch (LorchException exception)
        {
            return new ToolAnswer { Problem = new ToolProblem(ToolFailure.Crashed, exception.Diagnostic.Message) };
        }
        finally
        {
            if (file is not null)
            {
                Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _version.DisposeAsync();

    private static bool FitsIntoArgument(string prompt, string program) => OperatingSystem.IsWindows() && CmdLine.IsScript(program)
        ? prompt.Length < CmdLine.LongestLine / 2 && CmdLine.FindProblem(program, [prompt]) is null
        : new UTF8Encoding(false).GetByteCount(prompt) <= MaxPromptArgumentBytes;

    private async Task<ToolAnswer> RunAsync(ToolRequest request, string program, string? file, CancellationToken cancellationToken)
    {
        var output = new ToolOutput(preset);
        var errors = new Queue<string>();
        using var over = new CancellationTokenSource();
        await using var grace = clock.CreateTimer(_ => over.Cancel(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var (hasEnded, isSilent) = (false, false);
        var line = CommandLine(request, program, file);
        var version = _version.Begin(line);
        var exit = await ChildProcess.RunAsync(
            line,
            AgentEnvironment.ToolSessionVariable,
            preset.Prompt is PromptWay.Stdin ? request.Prompt : null,
            new ProcessListener { HearAsync = HearAsync, IsWhole = output.IsWhole, FallSilent = FallSilent },
            clock,
            over.Token,
            cancellationToken);
        request.Progress.LogOddity("the output", output.End());
        return await JudgeAsync(request, exit, output, errors, isSilent) with { Program = await version };

        async Task HearAsync(string said, bool isError)
        {
            request.Progress.Log(said);
            if (isError)
            {
                errors.Enqueue(said);
                if (errors.Count > MaxComplaintLines)
                {
                    errors.Dequeue();
                }
            }
            else
            {
                var progress = output.Take(said, out var oddity);
                request.Progress.LogOddity("this line", oddity);
                await request.Progress.SayAsync(progress ?? "", CancellationToken.None);
            }

            if (output.IsHopeless)
            {
                await over.CancelAsync();
            }
            else if (output.HasEnded != hasEnded)
            {
                hasEnded = output.HasEnded;
                grace.Change(hasEnded ? GraceUntil(request.Command.Deadline) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        void FallSilent()
        {
            // One that said nothing at all may have its output elsewhere and be at work.
            isSilent = output.LastWords.Length > 0;
            if (isSilent && !hasEnded)
            {
                grace.Change(GraceUntil(request.Command.Deadline), Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>
    /// How long a tool whose result is there may take to end by itself: never so long that the deadline takes the result away.
    /// </summary>
    private TimeSpan GraceUntil(DateTimeOffset deadline)
    {
        var share = (deadline - clock.GetUtcNow()) / 4;
        return share > Grace ? Grace : share > TimeSpan.Zero ? share : TimeSpan.Zero;
    }

    private async Task<ToolAnswer> JudgeAsync(
        ToolRequest request,
        AgentExit exit,
        ToolOutput output,
        IEnumerable<string> errors,
        bool isSilent)
    {
        var words = output.ToWords(errors, workspace.Redactor.Redact);
        var how = How(exit, output);
        var hadToBeEnded = exit.EndedBy is EndedBy.Lorch && (output.HasEnded || isSilent);
        var endedWell = exit is { ExitCode: 0, EndedBy: EndedBy.Itself };
        if (output.HasFailed || (!output.IsDone && !endedWell && !hadToBeEnded))
        {
            // What a tool printed before a signal ended it tells of something else.
            var isKilled = words.Complaint.Length == 0 && exit.Signal is not null;
            return new ToolAnswer
            {
                Usage = output.Usage,
                Problem = isKilled ? ComplaintReader.Crash(preset, words, how) : ComplaintReader.Read(preset, words, how, clock)
            };
        }

        if (output.IsCutOff)
        {
            return new ToolAnswer
            {
                Usage = output.Usage,
                Problem = new ToolProblem(ToolFailure.EmptyAnswer, $"{preset.Title} {how}, but without its result{words.AsEndOfSentence}")
            };
        }

        if (!endedWell)
        {
            await request.Progress.RecordAsync($"{preset.Title} {how} after its result was there, which counts.", CancellationToken.None);
        }

        return new ToolAnswer
        {
            Text = output.Answer,
            Usage = output.Usage,
            LastWords = words.Shown.Length > 0 ? words.AsEndOfSentence : ""
        };
    }

    private static string How(AgentExit exit, ToolOutput output) =>
        output.IsHopeless ? "was ended, because it can't continue"
        : exit.EndedBy is EndedBy.Lorch ? "didn't end by itself and was ended"
        : exit.Signal is { } signal ? $"was ended by {signal}"
        : string.Create(CultureInfo.InvariantCulture, $"ended with exit code {exit.ExitCode}");

    private AgentCommandLine CommandLine(ToolRequest request, string program, string? file)
    {
        var settings = workspace.Settings;
        var words = new List<string>(preset.Command.Skip(1));
        words.AddRange(
            settings.Model is { } model
                ? (preset.ModelArguments
                    ?? ["--model", ModelPlace]).Select(word => word.Replace(ModelPlace, model, StringComparison.Ordinal))
                : []);
        words.AddRange(settings.Arguments);
        words.AddRange(preset.Arguments?.GetValueOrDefault(request.Command.To.AgentType) ?? []);
        var place = file is null ? PromptPlace : PromptFilePlace;
        if (preset.Prompt is not PromptWay.Stdin && !words.Any(word => word.Contains(place, StringComparison.Ordinal)))
        {
            words.Add(place);
        }

        var environment = new Dictionary<string, string>(preset.Environment ?? new Dictionary<string, string>());
        foreach (var (name, value) in workspace.EnvironmentOf(request.Command))
        {
            environment[name] = value;
        }

        return new AgentCommandLine
        {
            Type = request.Command.To.AgentType,
            Program = program,
            Arguments = [.. words.Select(
                word => word.Replace(PromptFilePlace, file, StringComparison.Ordinal)
                    .Replace(PromptPlace, request.Prompt, StringComparison.Ordinal))],
            Folder = workspace.Layout.WorkspaceRoot,
            Environment = environment,
        };
    }

    /// <summary>What a tool is told in place of a prompt that is too long for an argument.</summary>
    private static string Pointer(string file) =>
        $"What you are to do is in the file '{file}'. Read that file to its end first, then do what it says; it is not to be changed.";

    private static string WritePromptFile(string prompt)
    {
        var file = Path.Join(Directory.CreateTempSubdirectory("lorch-prompt-").FullName, "prompt.md");
#pragma warning disable RS0030 // A file of the agent's own, gone with the question
        File.WriteAllText(file, prompt, new UTF8Encoding(false));
#pragma warning restore RS0030
        return file;
    }
}
