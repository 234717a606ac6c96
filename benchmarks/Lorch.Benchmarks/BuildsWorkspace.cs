using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Lorch.Benchmarks;

/// <summary>A workspace that is reached in each way, with the package that this clone packs.</summary>
internal sealed class BuildsWorkspace : IDisposable
{
    private const string Floors = """
        <Target Name="Empty" />
        <Target Name="Skipped" Inputs="$(MSBuildThisFileFullPath)" Outputs="$(MSBuildThisFileDirectory)skipped.stamp"><Error Text="not skipped" /></Target>
        """;

    public static readonly WayIn[] WaysIn =
    [
        WayIn.ByTarget("lorch.proj", "lorch.proj"),
        WayIn.ByTarget("PackageReference", "Referring/Referring.csproj"),
        WayIn.ByTarget("solution", "All.slnx"),
        new WayIn("LorchOnBuild", ["Hooked/Hooked.csproj", "-p:LorchOnBuild=false"], [], ["Hooked/Hooked.csproj"]),
    ];

    public static readonly string[] Run = ["lorch.proj", "-t:LorchRun"];

    public static readonly AgentKind[] Agents =
    [
        new("a shell script", type => $"\"sh\", \"scripts/{type}.sh\""),
        new("`lorch-agent mock`", type => $"\"lorch-agent\", \"mock\", \"--type\", \"{type}\", \"--script\", \"scripts/{type}.json\""),
    ];

    // POSIX shell: each answer names the command that it is to.
    private const string ShellAgent = """
        while IFS= read -r line; do
          correlation=${line#*\"correlation_id\":\"}; task=${line#*\"task_id\":\"}; agent=${line#*\"agent_id\":\"}
          count=$((count + 1))
          printf '{"kind":"event","message_id":"%08x-0000-4000-8000-%012x","correlation_id":"%s","task_id":"%s","from":{"agent_type":"TYPE","agent_id":"%s"},"occurred_at":"%s",ANSWER}\n' \
            $$ $count "${correlation%%\"*}" "${task%%\"*}" "${agent%%\"*}" "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
        done
        """;

    private static readonly Dictionary<string, string> Answers = new()
    {
        ["builder"] = """
            "implement":{"events":[{"type":"builder.completed"}]}
            """,
        ["reviewer"] = """
            "review":{"events":[{"type":"review.completed","status":"approved"}]}
            """,
        ["spec_maintainer"] = """
            "update_spec":{"events":[{"type":"spec.no_changes_needed"}]}
            """,
    };

    private static readonly Dictionary<string, string> ShellAnswers = new()
    {
        ["builder"] = """
            "event":"builder.completed","artifacts":[]
            """,
        ["reviewer"] = """
            "event":"review.completed","status":"approved"
            """,
        ["spec_maintainer"] = """
            "event":"spec.no_changes_needed"
            """,
    };

    private readonly string _root = Directory.CreateTempSubdirectory("lorch-benchmark-").FullName;
    private int _files;
    private AgentKind _agents = Agents[^1];

    /// <summary>Packs the package and writes the projects.</summary>
    public void Pack()
    {
        var repository = AppContext.BaseDirectory;
        while (!File.Exists(Path.Join(repository, "Lorch.Build.sln")))
        {
            repository = Path.GetDirectoryName(repository) ?? throw new InvalidOperationException("Run it from within the repository.");
        }

        Start(
            "dotnet",
            ["pack", Path.Join(repository, "src/Lorch.Build"), "-c", "Release", "-o", Path.Join(_root, ".feed"), "-v", "q", "--nologo"]);
        var version = Path.GetFileNameWithoutExtension(Directory.GetFiles(Path.Join(_root, ".feed")).Single())["Lorch.Build.".Length..];
        Write(
            "nuget.config",
            """<configuration><packageSources><clear /><add key="feed" value=".feed" /></packageSources></configuration>""");
        Write("Directory.Build.props", "<Project />");
        Write("Directory.Build.targets", $"<Project>{Floors}</Project>");
        Write(
            "Directory.Solution.targets",
            $"<Project>{Floors}<Import Project=\"Solution.targets\" Sdk=\"Lorch.Build\" Version=\"{version}\" /></Project>");
        Write("lorch.proj", $"<Project Sdk=\"Lorch.Build/{version}\">{Floors}</Project>");
        Write("All.slnx", "<Solution><Project Path=\"Referring/Referring.csproj\" /></Solution>");
        Write("Referring/Referring.csproj", Library(version, ""));
        Write("Hooked/Hooked.csproj", Library(version, """
            <PropertyGroup><LorchOnBuild Condition="'$(LorchOnBuild)' == ''">true</LorchOnBuild></PropertyGroup>
            <Import Project="../tasks.props" />
            """));
        foreach (var (type, answers) in Answers)
        {
            Write($"scripts/{type}.json", $$$"""{"responses":{{{{answers}}}}}""");
            Write(
                $"scripts/{type}.sh",
                ShellAgent.Replace("TYPE", type, StringComparison.Ordinal)
                    .Replace("ANSWER", ShellAnswers[type].Trim(), StringComparison.Ordinal));
        }

        Write("skipped.stamp", "");
        Write("Referring/Class.cs", "public class Class;");
        Write("Hooked/Class.cs", "public class Class;");
        Fill(0, 1, isWorked: false);
        Dotnet(["Referring/Referring.csproj"], "build");
        Dotnet(["Hooked/Hooked.csproj", "-p:LorchOnBuild=false"], "build");
    }

    /// <summary>Brings the workspace to so many tracked files and so many tasks, all of them up to date.</summary>
    public void Fill(int files, int tasks, bool isWorked = true)
    {
        if (files < _files)
        {
            Directory.Delete(Path.Join(_root, "src"), recursive: true);
            _files = 0;
        }

        for (; _files < files; _files++)
        {
            var file = _files;
            Write(
                string.Create(CultureInfo.InvariantCulture, $"src/area{file / 4000}/folder{file / 100}/file{file}.cs"),
                string.Create(CultureInfo.InvariantCulture, $"// {file}\n"));
        }

        // One task is about everything; of several, each has something of its own.
        var ids = Enumerable.Range(1, tasks).Select(task => string.Create(CultureInfo.InvariantCulture, $"T-{task:0000}")).ToList();
        ids.ForEach(id => Write($"specs/{id}/wish.md", id));
        Write("tasks.props", $"<Project><ItemGroup><LorchTask Include=\"{string.Join(';', ids)}\" /></ItemGroup></Project>");
        Write("lorch.json", $$"""
            {
              "version": "1.0",
              "agents": { {{string.Join(", ", Answers.Keys.Select(Agent))}} },
              "tasks": [
                {{string.Join(",\n    ", ids.Select(id => $$"""{ "id": "{{id}}", "goal": "g", "inputs": ["{{(tasks == 1 ? "src/**" : $"specs/{id}/**")}}"], "expected_outputs": [] }"""))}}
              ]
            }
            """);
        if (isWorked)
        {
            Dotnet(Run);
            Settle();
        }
    }

    /// <summary>
    /// Lets what was touched just now grow old: only then a look is remembered, which the next build asks. What comes after it is what
    /// every later build is like.
    /// </summary>
    public void Settle()
    {
        Thread.Sleep(TimeSpan.FromSeconds(4));
        Dotnet(Run);
        Dotnet(Run);
    }

    /// <summary>Takes other agents from the next <see cref="Fill"/> on.</summary>
    public void Use(AgentKind agents) => _agents = agents;

    public void Dotnet(string[] arguments) => Dotnet(arguments, "build", "--no-restore");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Agent(string type) => $$"""
        "{{type}}": { "cmd": [{{_agents.Command(type)}}] }
        """;

    private static string Library(string version, string more) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
          {more}
          <ItemGroup><PackageReference Include="Lorch.Build" Version="{version}" PrivateAssets="all" /></ItemGroup>
        </Project>
        """;

    private void Dotnet(string[] arguments, params string[] command) => Start("dotnet", [.. command, .. arguments, "-v:q", "--nologo"]);

    private void Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = _root, RedirectStandardOutput = true };
        foreach (var left in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(left);
        }

        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["NUGET_PACKAGES"] = Path.Join(_root, ".packages");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {output}");
        }
    }

    private void Write(string path, string text)
    {
        var file = Path.Join(_root, path);
        if (!File.Exists(file) || File.ReadAllText(file) != text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text, new UTF8Encoding(false));
        }
    }
}

/// <summary>
/// The arguments of <c>dotnet build</c> that ask in one way for nothing, for something that is skipped, and for tasks that are up to date.
/// </summary>
internal sealed record WayIn(string Name, string[] Empty, string[] Skipped, string[] UpToDate)
{
    public static WayIn ByTarget(string name, string project) =>
        new(name, [project, "-t:Empty"], [project, "-t:Skipped"], [project, "-t:LorchRun"]);
}

/// <summary>Agents of one kind: the items of <c>cmd</c> in lorch.json for each type.</summary>
internal sealed record AgentKind(string Name, Func<string, string> Command);
