using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>The story of the sample, played once: what a person does with it on the first day.</summary>
internal sealed class HelloLorch
{
    public const string Task = "T-0042";

    public static readonly string[] Command = ["build", "samples/HelloLorch", "-t:LorchRun", $"-p:Task={Task}"];

    private HelloLorch(Chapter first) => First = first;

    public Chapter First { get; }

    public Chapter Again { get; private set; } = null!;

    public Chapter Changed { get; private set; } = null!;

    public Chapter ChangedBack { get; private set; } = null!;

    public Chapter ArtifactDeleted { get; private set; } = null!;

    public Chapter Interrupted { get; private set; } = null!;

    public Chapter Continued { get; private set; } = null!;

    public static async Task<HelloLorch> PlayAsync(Dotnet dotnet, string sample, CommandResult first, params string[] command)
    {
        var specification = Path.Combine(sample, "specs", "greeting.md");
        var original = await File.ReadAllTextAsync(specification);

        async Task<Chapter> NextAsync() => Chapter.Read(await dotnet.RunAsync(command), sample);

        var story = new HelloLorch(Chapter.Read(first, sample));
        story.Again = await NextAsync();

        await File.WriteAllTextAsync(specification, original + "\nIt is polite.\n");
        story.Changed = await NextAsync();

        await File.WriteAllTextAsync(specification, original);
        story.ChangedBack = await NextAsync();

        File.Delete(Path.Combine(sample, "src", "hello.txt"));
        story.ArtifactDeleted = await NextAsync();

        await File.WriteAllTextAsync(specification, original + "\nIt is brief.\n");
        story.Interrupted = Chapter.Read(await dotnet.RunAsync("INT", IsFirstStep, command), sample);
        story.Continued = await NextAsync();

        await File.WriteAllTextAsync(specification, original);
        return story;
    }

    private static bool IsFirstStep(string line) => line.Contains(" implement ", StringComparison.Ordinal);
}

/// <summary>A command of the story, and what lay in the workspace when it had ended.</summary>
internal sealed record Chapter
{
    public required CommandResult Result { get; init; }

    public required IReadOnlyList<string> Ledgers { get; init; }

    public required string History { get; init; }

    public required IReadOnlyList<int> Steps { get; init; }

    public required IReadOnlyList<string> Actions { get; init; }

    public required string RunStatus { get; init; }

    public required int AgentsStarted { get; init; }

    public required IReadOnlyList<string> Leftovers { get; init; }

    public static Chapter Read(CommandResult result, string sample)
    {
        var records = new Records(sample);
        return new Chapter
        {
            Result = result,
            Ledgers = records.Ledgers,
            History = records.History,
            Steps = records.Steps(HelloLorch.Task),
            Actions = records.Actions(HelloLorch.Task),
            RunStatus = records.Has("state/run.json") ? records.Json("state/run.json").GetProperty("status").GetString()! : "",
            AgentsStarted = records.Events("system.agent_started").Count(),
            Leftovers = LeftoverProcesses.In(sample),
        };
    }
}
