using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using Lorch.Core.Configuration;
using Lorch.Core.Globs;
using Lorch.Core.Workflows;
using Lorch.Testing;

namespace Lorch.Core.Tests.Configuration;

public sealed class ReadingTaskFiles
{
    /// <summary>A member in JSON and the same in YAML.</summary>
    public static TheoryData<string, string> Members { get; } = new()
    {
        { "", "" },
        { """ "inputs":["specs/**","src/a.md"] """, "inputs: [specs/**, src/a.md]" },
        {
            """ "expected_outputs":[{"path":"src/a.cs","required":false,"description":"A: b"}] """,
            "expected_outputs:\n- path: src/a.cs\n  required: false\n  description: 'A: b'"
        },
        {
            """ "parameters":{"a":1,"b":[true,null,"x\n"],"c":{"d":-1.5e3,"e":"1"}} """,
            "parameters:\n  a: 1\n  b: [true, ~, \"x\\n\"]\n  c:\n    d: -1.5e3\n    e: '1'"
        },
        { """ "parameters":{"ä😀":"ö"} """, "parameters: {ä😀: ö}" },
        { """ "parameters":{"text":"a\nb\n"} """, "parameters:\n  text: |\n    a\n    b" },
        { """ "parameters":{"date":"2026-01-31","answer":"no"} """, "parameters: {date: 2026-01-31, answer: no}" },
        { """ "produces":["src/**"] """, "produces:\n  - src/**   # theirs" },
        { """ "verify":[{"cmd":["dotnet","test"]}] """, "verify: [{cmd: [dotnet, test]}]" },
        { """ "status":"proposed" """, "status: proposed" },
    };

    [Theory]
    [MemberData(nameof(Members))]
    public void Gives_the_same_definition_as_the_same_members_in_json(string json, string yaml)
    {
        var one = ConfigurationText.Read(
            ConfigurationText.WithTasks(
                $$"""{"id":"T-1","goal":"# A greeting\n\nWrite it."{{(json.Length > 0 ? "," : "")}}{{json}}}""")).Tasks[0];

        var other = ReadOne($"---\n{yaml}\n---\n\n# A greeting\n\nWrite it.  \n\n");
        var withCrLf = ReadOne($"\uFEFF---\n{yaml}\n---\n\n# A greeting\n\nWrite it.\n".Replace("\n", "\r\n", StringComparison.Ordinal));

        Assert.All([other, withCrLf], task => Assert.Equal(
            (one.Id, one.Goal, one.Members.GetRawText(), one.IsProposed, one.Parameters?.GetRawText(), one.Verify?.GetRawText()),
            (task.Id, task.Goal, task.Members.GetRawText(), task.IsProposed, task.Parameters?.GetRawText(), task.Verify?.GetRawText())));
        Assert.Equal((one.Inputs, one.Produces, one.ExpectedOutputs), (other.Inputs, other.Produces, other.ExpectedOutputs), (a, b) =>
            ConfigurationTextEqual(a.Item1, b.Item1) && ConfigurationTextEqual(a.Item2, b.Item2) && a.Item3.SequenceEqual(b.Item3));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# Tasks\n\n---\ninputs: [x]\n---\n")]
    [InlineData("\n---\n---\n")]
    [InlineData("----\n---\n")]
    public void A_file_without_front_matter_is_no_task(string text) => Assert.Empty(Read(("README.md", text)).Tasks);

    [Theory]
    [InlineData("---\n---\nGoal\n---\nmore\n---\n", "Goal\n---\nmore\n---")]
    [InlineData("---\n# nothing\n---\nGoal", "Goal")]
    [InlineData("--- \n{}\n---\t\n Goal \n", "Goal")]
    public void All_below_the_front_matter_is_the_goal(string text, string goal) => Assert.Equal(goal, ReadOne(text).Goal);

    [Fact]
    public void Tasks_of_both_kinds_depend_on_each_other_and_have_the_defaults()
    {
        const string json = """
            {"version":"1.0","agents":{"builder":{"cmd":["b"]},"reviewer":{"cmd":["r"]},"spec_maintainer":{"cmd":["s"]}},
             "defaults":{"inputs":["specs/**"],"verify":[{"cmd":["make"]}]},
             "tasks":[{"id":"T-1","goal":"g","depends_on":["T-2"]}]}
            """;

        var tasks = Read(json, ("T-2.md", "---\ninputs: [docs/a.md]\n---\nGoal")).Tasks;

        Assert.Equal([["specs/**"], ["docs/a.md"]], tasks.Select(task => task.Inputs!));
        Assert.Equal("""{"goal":"Goal","inputs":["docs/a.md"],"verify":[{"cmd":["make"]}]}""", tasks[1].Members.GetRawText());
    }

    [Fact]
    public void The_files_are_those_that_the_glob_names_below_the_folder_of_the_configuration()
    {
        using var workspace = new TemporaryWorkspace();
        foreach (var path in new[]
        {
            "work/T-1.md",
            "work/deep/T-2.md",
            "work/.hidden/T-3.md",
            "work/.T-4.md",
            "work/T-5.txt",
            "tasks/T-6.md"
        })
        {
            workspace.Write(path, "---\n---\nGoal");
        }

        var found = TaskFiles.Read(workspace.Root, GlobPattern.Parse("work/**/*.md"));

        Assert.Equal(
            ["work/T-1.md", "work/deep/T-2.md"],
            found.Contents.Select(file => Path.GetRelativePath(workspace.Root, file.Path).Replace('\\', '/')));
        Assert.Empty(TaskFiles.Read(workspace.Root, GlobPattern.Parse("none/*.md")).Contents);
    }

    [Fact]
    public void The_reader_of_yaml_is_loaded_only_where_there_is_a_task_file()
    {
        using var workspace = new TemporaryWorkspace();
        workspace.Write("lorch.json", ConfigurationText.WithTasks("""{"id":"T-1","goal":"g"}"""));
        workspace.Write("tasks/README.md", "# Tasks\n");
        var apart = new WatchedLoads();
        var load = apart.LoadFromAssemblyPath(Path.Join(AppContext.BaseDirectory, "Lorch.Core.dll"))
            .GetType(typeof(ConfigurationFile).FullName!)!
            .GetMethod(nameof(ConfigurationFile.Load), BindingFlags.Public | BindingFlags.Static)!;

        load.Invoke(null, [workspace.At("lorch.json")]);
        var without = apart.Asked.Contains("YamlDotNet");
        workspace.Write("tasks/T-2.md", "---\n---\nGoal");
        load.Invoke(null, [workspace.At("lorch.json")]);

        Assert.Equal((false, true), (without, apart.Asked.Contains("YamlDotNet")));
    }

    [Fact]
    public void What_was_edited_added_or_removed_since_is_named()
    {
        using var workspace = new TemporaryWorkspace();
        workspace.Write(
            "lorch.json",
            """{"version":"1.0","agents":{"builder":{"cmd":["b"]},"reviewer":{"cmd":["r"]},"spec_maintainer":{"cmd":["s"]}}}""");
        workspace.Write("tasks/T-1.md", "---\n---\nGoal");
        workspace.Write("tasks/T-2.md", "---\n---\nGoal");
        var read = ConfigurationFile.Load(workspace.At("lorch.json"));
        Assert.Empty(ConfigurationEdits.Find(read, workspace.Root));

        workspace.Write("tasks/T-1.md", "---\n---\nMore");
        File.Move(workspace.At("tasks/T-2.md"), workspace.At("tasks/T-3.md"));

        Assert.Equal(
            [workspace.At("tasks/T-1.md"), workspace.At("tasks/T-2.md"), workspace.At("tasks/T-3.md")],
            ConfigurationEdits.Find(read, workspace.Root));
    }

    internal static LorchConfiguration Read(params (string Name, string Text)[] files) =>
        Read("""{"version":"1.0","agents":{"builder":{"cmd":["b"]},"reviewer":{"cmd":["r"]},"spec_maintainer":{"cmd":["s"]}}}""", files);

    internal static LorchConfiguration Read(string json, params (string Name, string Text)[] files) => ConfigurationFile.Parse(
        ConfigurationText.File,
        Encoding.UTF8.GetBytes(json),
        new TaskFiles([], [.. files.Select(file => ($"/workspace/tasks/{file.Name}", Encoding.UTF8.GetBytes(file.Text)))]));

    private static bool ConfigurationTextEqual(IReadOnlyList<string>? one, IReadOnlyList<string>? other) =>
        (one ?? []).SequenceEqual(other ?? []);

    private static TaskDefinition ReadOne(string text) => Read(("T-1.md", text)).Tasks.Single();

    /// <summary>Notes which assemblies those that it loaded ask for.</summary>
    private sealed class WatchedLoads() : AssemblyLoadContext("apart", isCollectible: true)
    {
        public List<string> Asked { get; } = [];

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            Asked.Add(assemblyName.Name!);
            return null;
        }
    }
}
