using System.Diagnostics;
using System.Globalization;
using Lorch.Testing;

namespace Lorch.Windows.Tests;

/// <summary>Builds of a person at Windows: dotnet.exe, the package's own targets, tasks and agents.</summary>
public sealed class BuildsUnderWine : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly string[] Work = ["-t:LorchRun", "-p:Task=T-0042"];

    private readonly string _name = $"workspaces/{Guid.NewGuid():N}";

    public BuildsUnderWine(WindowsByWine windows)
    {
        windows.SkipUnlessThere(isCore: TestContext.Current.TestMethod?.MethodName is nameof(Work_a_task_once_and_say_so));
        Folders.Copy(Path.Join(SourceTree.Root, "samples/HelloLorch"), Root);
        File.Delete(At("Directory.Build.rsp"));
        Write("lorch.proj", """
            <Project DefaultTargets="Build">
              <Import Project="C:\package\Sdk\Sdk.props" />
              <Import Project="C:\package\Sdk\Sdk.targets" />
            </Project>
            """);
    }

    private string Root => Path.Join(WindowsByWine.Drive, _name);

    public void Dispose()
    {
        if (Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }
    }

    [Fact]
    public async Task Work_a_task_once_and_say_so()
    {
        Said(await BuildAsync(Work), 0, "T-0042 completed in", "warning LORCH4005");
        Said(await BuildAsync(Work), 0, "T-0042 up to date (snap-");
        Said(await BuildAsync("-t:LorchVerify"), 0);

        Write("specs/greeting.md", "# Another greeting\n");
        Said(await BuildAsync("-t:LorchStatus"), 0, "specs/greeting.md changed");
        Said(await BuildAsync("-t:LorchRun"), 0, "T-0042 completed in");
        Assert.Equal(2, Directory.GetFiles(At("events")).Length);
    }

    [Fact]
    public async Task Take_files_with_the_line_ends_of_Windows()
    {
        foreach (var file in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories))
        {
            await File.WriteAllTextAsync(
                file,
                (await File.ReadAllTextAsync(file, Token)).Replace("\n", "\r\n", StringComparison.Ordinal),
                Token);
        }

        Said(await BuildAsync(Work), 0, "T-0042 completed in");
    }

    [Theory]
    [InlineData("a b ü (x86) %20 & #;=é")]
    public async Task Work_wherever_the_workspace_lies(string folder)
    {
        Folders.Copy(Root, At($"inner/{folder}"));

        Said(await BuildInAsync($"inner/{folder}", Work), 0, "T-0042 completed in");
        Said(await BuildInAsync($"inner/{folder}", "-t:LorchRun"), 0, "T-0042 up to date");
    }

    [Fact]
    public async Task Go_on_where_they_were_killed_and_leave_no_agent_behind()
    {
        Write(
            "scripts/builder.json",
            Read("scripts/builder.json").Replace("\"delay_ms\": 200", "\"delay_ms\": 600000", StringComparison.Ordinal));
        using var build = WindowsByWine.StartDotnet(_name, Arguments(Work));
        await UntilAsync(
            () => Agents().Count == 3
                && Directory.GetFiles(At("events"))
                    .Any(ledger => File.ReadAllText(ledger).Contains("\"implement\"", StringComparison.Ordinal)));

        Kill(build);

        await UntilAsync(() => Agents().Count == 0);
        Write(
            "scripts/builder.json",
            Read("scripts/builder.json").Replace("\"delay_ms\": 600000", "\"delay_ms\": 1", StringComparison.Ordinal));
        Said(await BuildAsync(Work), 0, "T-0042 completed in");
        Assert.Single(Directory.GetFiles(At("events")));
    }

    [Fact]
    public async Task Work_one_after_the_other_in_one_workspace()
    {
        Write(
            "scripts/builder.json",
            Read("scripts/builder.json").Replace("\"delay_ms\": 200", "\"delay_ms\": 15000", StringComparison.Ordinal));
        var first = BuildAsync(Work);
        await UntilAsync(() => Agents().Count > 0);

        Said(await BuildAsync([.. Work, "-p:LorchLockTimeout=1"]), 1, "LORCH2002");
        Said(await BuildAsync("-t:LorchStatus"), 0);
        Said(await first, 0, "T-0042 completed in");
    }

    [Fact]
    public async Task Lose_nothing_to_a_program_that_reads_all_records_all_the_time()
    {
        using var reader = WindowsByWine.StartReader(_name);
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("LORCH_READ_ROUNDS"), CultureInfo.InvariantCulture, out var given)
            ? given
            : 3;

        for (var i = 0; i < rounds; i++)
        {
            Write("specs/greeting.md", string.Create(CultureInfo.InvariantCulture, $"# Greeting {i}\n"));
            Said(await BuildAsync(Work), 0, "T-0042 completed in");
        }

        Assert.False(reader.HasExited);
        Said(await BuildAsync("-t:LorchVerify"), 0);
        Kill(reader);
    }

    [Fact]
    public async Task Compile_what_an_agent_writes_where_items_name_files_as_Windows_does()
    {
        Write("App/App.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <Import Project="C:\package\build\Lorch.Build.props" />
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <LorchOnBuild>true</LorchOnBuild>
                <LorchWorkspaceRoot>..</LorchWorkspaceRoot>
              </PropertyGroup>
              <ItemGroup>
                <Spec Include="..\specs\greeting.md" />
                <LorchTask Include="T-9" Goal="Write it" Inputs="specs\*.md;@(Spec->'specs\%(Filename)%(Extension)')" ExpectedOutputs="App\Nine.cs" />
              </ItemGroup>
              <Import Project="C:\package\build\Lorch.Build.targets" />
            </Project>
            """);
        Write("App/One.cs", "public class One { public static int Nine => global::Nine.Value; }\n");
        Write("scripts/builder.json", """
            {"responses":{"implement":{"events":[{"type":"builder.completed","artifacts":[{"path":"App/Nine.cs","content":"public class Nine { public const int Value = 9; }\n"}]}]}}}
            """);
        Write("scripts/reviewer.json", """{"responses":{"review":{"events":[{"type":"review.completed","status":"approved"}]}}}""");

        Said(await BuildInAsync("App", "App.csproj"), 0, "T-9 completed in");
        Assert.True(File.Exists(At("App/bin/Debug/net10.0/App.dll")));
        Said(await BuildInAsync("App", "App.csproj"), 0);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static void Said(Outcome outcome, int exitCode, params string[] texts)
    {
        Assert.True(exitCode == outcome.ExitCode, outcome.Output);
        Assert.All(texts, text => Assert.Contains(text, outcome.Output, StringComparison.Ordinal));
    }

    private static string[] Arguments(string[] arguments) =>
        [
            "build",
            .. arguments.Any(argument => argument.EndsWith("proj", StringComparison.Ordinal)) ? [] : new[] { "lorch.proj" },
            "-tl:off",
            "-v:m",
            "-nologo",
            .. arguments
        ];

    private static void Kill(Process process)
    {
        // What Wine starts is a process of this machine, which ends without a word.
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var guard = CancellationTokenSource.CreateLinkedTokenSource(Token);
        guard.CancelAfter(Patience);
        while (!isSo())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, guard.Token);
        }
    }

    /// <summary>The agents that work in this workspace: Wine's processes are those of this machine.</summary>
    private IReadOnlyList<string> Agents() =>
        [.. LeftoverProcesses.In(Root).Where(command => command.Contains("lorch-agent.dll", StringComparison.Ordinal))];

    private Task<Outcome> BuildAsync(params string[] arguments) => WindowsByWine.DotnetAsync(_name, Patience, Arguments(arguments));

    private Task<Outcome> BuildInAsync(string folder, params string[] arguments) =>
        WindowsByWine.DotnetAsync($"{_name}/{folder}", Patience, Arguments(arguments));

    private string At(string path) => Path.Join(Root, path);

    private string Read(string path) => File.ReadAllText(At(path));

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }
}
