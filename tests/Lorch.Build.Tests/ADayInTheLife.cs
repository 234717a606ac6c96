using System.Globalization;
using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>
/// A day with three tasks and two branches, from an empty repository on. Whatever an agent is asked costs; only what a person would call
/// needed may be.
/// </summary>
public sealed class ADayInTheLife(ClonedRepository clone, ITestOutputHelper output)
{
    // Writes the file that the goal names from the specification that it names, and notes each turn outside of what is tracked.
    private const string Tool = """
        prompt=$(cat)
        printf '%s' "$prompt" | sed -n '1s/.* of task \([A-Za-z0-9._-]*\) .*/\1/p' >> .day/turns
        case "$LORCH_AGENT_TYPE" in
          builder)
            from=$(printf '%s' "$prompt" | grep -o 'specs/[a-z]*\.md' | head -n 1)
            to=$(printf '%s' "$prompt" | grep -o 'src/[a-z]*\.txt' | head -n 1)
            mkdir -p src && sed 's/^# //' "$from" > "$to" && echo 'Written.' ;;
          reviewer) printf '```json\n{"verdict":"approved","findings":[]}\n```\n' ;;
          *) printf '```json\n{"verdict":"no_changes_needed","findings":[]}\n```\n' ;;
        esac
        """;

    private int _turns;

    [LongSet]
    [Fact]
    public async Task Costs_exactly_what_a_person_would_call_needed()
    {
        LongTests.SkipUnlessAsked();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The tool is a shell script.");
        using var project = new LorchProject(clone);
        project.KeepOnly("nuget.config", "lorch.proj");
        project.Write(".day/tool.sh", Tool);
        await GitAsync(project, "git init --quiet -b main", "git config user.name 'Ann Ong'", "git config user.email ann@example.org");

        // A beginning.
        (await LorchAsync(project, 0, "LorchInit", "-restore", "-p:Agents=exec:sh .day/tool.sh", "-p:LorchInitGitIgnore=true")).Succeeded();
        project.Delete("tasks/T-0001.md");
        WriteTask(project, "T-0001", "a");
        WriteTask(project, "T-0002", "b");
        WriteTask(project, "T-0003", "c", "depends_on: [T-0001]\n");
        await GitAsync(project, "printf '/.day/\n/obj/\n' >> .gitignore", "git add --all", "git commit --quiet -m 'Three tasks'");
        (await LorchAsync(project, 0, "LorchWhy", "-p:Task=T-0001")).Succeeded().Says("T-0001 was never done");

        // Two builds: three agents for each of three tasks, and then nothing.
        (await LorchAsync(project, 9, "LorchRun")).Succeeded().Says("T-0003 completed");
        (await LorchAsync(project, 0, "LorchRun")).Succeeded()
            .Says("T-0001 up to date")
            .Says("T-0002 up to date")
            .Says("T-0003 up to date");
        (await LorchAsync(project, 0, "LorchWhy", "-p:Task=T-0001")).Succeeded().Says("T-0001 is done").Says("as they were: 1 input,");
        await GitAsync(project, "git add --all", "git commit --quiet -m 'What they made'");

        // A hand edit stays.
        project.Write("src/b.txt", "b, and mended by hand\n");
        (await LorchAsync(project, 0, "LorchRun")).Succeeded().Says("T-0002 up to date (snap-").Says("edited since");
        (await LorchAsync(project, 0, "LorchWhy", "-p:Task=T-0002")).Succeeded()
            .Says("src/b.txt (its work) changed by a person: makes nothing stale");
        Assert.Equal("b, and mended by hand\n", project.Read("src/b.txt"));
        await GitAsync(project, "git commit --quiet -am 'Mend b'");

        // Another model works what comes.
        project.Configure("exec:sh .day/tool.sh", "exec:sh .day/tool.sh --model better");
        (await LorchAsync(project, 0, "LorchRun")).Succeeded().Says("by earlier agents");
        (await LorchAsync(project, 0, "LorchWhy", "-p:Task=T-0003")).Succeeded().Says("T-0003 is done").Says("the builder is another one");
        await GitAsync(project, "git commit --quiet -am 'A better model'");

        // A goal in other words, and a person who says that they mean the same.
        project.Write("tasks/T-0001.md", project.Read("tasks/T-0001.md").Replace("Write", "Please write", StringComparison.Ordinal));
        (await LorchAsync(project, 0, "LorchRun", "-question")).Failed().Says("its goal changed").Says("-t:LorchAccept -p:Task=T-0001");
        (await LorchAsync(project, 0, "LorchWhy", "-p:Task=T-0001")).Succeeded()
            .Says("T-0001 is stale: its goal changed")
            .Says("Please write")
            .Says("makes it stale");
        (await LorchAsync(project, 0, "LorchAccept", "-p:Task=T-0001", "-p:Reason=only reworded")).Succeeded()
            .Says("accepted by Ann Ong: only reworded");
        (await LorchAsync(project, 0, "LorchRun")).Succeeded().Says("T-0001 up to date").Says("accepted").Says("T-0003 up to date");
        (await LorchAsync(project, 0, "LorchWhy", "-p:Task=T-0001")).Succeeded().Says("accepted by Ann Ong at");
        await GitAsync(project, "git add --all", "git commit --quiet -m 'Reword T-0001'");

        // Another branch with a task of its own, and back.
        await GitAsync(project, "git switch --quiet -c feature");
        WriteTask(project, "T-0004", "d");
        (await LorchAsync(project, 3, "LorchRun")).Succeeded().Says("T-0004 completed").Says("T-0001 up to date");
        await GitAsync(project, "git add --all", "git commit --quiet -m 'Task four'", "git switch --quiet main");
        (await LorchAsync(project, 0, "LorchRun")).Succeeded().DoesNotSay("T-0004").Says("T-0002 up to date");
        await GitAsync(project, "git switch --quiet feature");
        (await LorchAsync(project, 0, "LorchRun")).Succeeded().Says("T-0004 up to date");
        (await LorchAsync(project, 0, "LorchWhy", "-p:Task=T-0004")).Succeeded().Says("T-0004 is done");
        await GitAsync(project, "git switch --quiet main");

        // A task on the main branch meanwhile, and a merge.
        WriteTask(project, "T-0005", "e");
        (await LorchAsync(project, 3, "LorchRun")).Succeeded().Says("T-0005 completed");
        await GitAsync(project, "git add --all", "git commit --quiet -m 'Task five'", "git merge --quiet --no-edit feature");
        var merged = (await LorchAsync(project, 0, "LorchRun")).Succeeded();
        Assert.All(["T-0001", "T-0002", "T-0003", "T-0004", "T-0005"], task => merged.Says($"{task} up to date"));
        (await LorchAsync(project, 0, "LorchWhy")).Succeeded().Says("T-0004 is done").Says("T-0005 is done");

        // A specification that says something else is what agents are for.
        project.Write("specs/b.md", "# b, and better\n");
        (await LorchAsync(project, 0, "LorchWhy", "-p:Task=T-0002")).Succeeded().Says("specs/b.md changed by a person: makes it stale");
        (await LorchAsync(project, 3, "LorchRun")).Succeeded().Says("T-0002 completed").Says("T-0003 up to date");

        Assert.Equal(18, _turns);
        (await LorchAsync(project, 0, "LorchVerify")).Succeeded();
    }

    private static void WriteTask(LorchProject project, string id, string name, string more = "")
    {
        project.Write($"specs/{name}.md", $"# {name}\n");
        project.Write(
            $"tasks/{id}.md",
            $"---\ninputs: [specs/{name}.md]\nexpected_outputs: [{{path: src/{name}.txt}}]\n{more}---\n# {name}\n\nWrite "
                + $"`src/{name}.txt` as `specs/{name}.md` says.\n");
    }

    private async Task<CommandResult> LorchAsync(LorchProject project, int turns, string target, params string[] arguments)
    {
        var before = TurnsOf(project);
        var result = await project.MsBuildAsync([$"-t:{target}", .. arguments]);
        var paid = TurnsOf(project) - before;
        _turns += paid;
        Tell($"$ dotnet build -t:{string.Join(' ', [target, .. arguments.Where(argument => argument != "-restore")])}");
        foreach (var line in result.Output.Split('\n')
            .Where(line => line.Contains("T-0", StringComparison.Ordinal) || line.StartsWith("    ", StringComparison.Ordinal)))
        {
            Tell(line.TrimEnd());
        }

        Tell(string.Create(CultureInfo.InvariantCulture, $"[{paid} turns]"));
        Assert.True(turns == paid, $"{target} {string.Join(' ', arguments)} cost {paid} turns, and not {turns}:\n{result.Output}");
        return result;
    }

    private async Task GitAsync(LorchProject project, params string[] commands)
    {
        (await project.Dotnet.ShellAsync(commands)).Succeeded();
        Array.ForEach(commands, command => Tell($"$ {command}"));
    }

    private void Tell(string line) => output.WriteLine(line);

    private static int TurnsOf(LorchProject project) =>
        File.Exists(Path.Combine(project.Root, ".day", "turns"))
            ? File.ReadAllLines(Path.Combine(project.Root, ".day", "turns")).Length
            : 0;
}
