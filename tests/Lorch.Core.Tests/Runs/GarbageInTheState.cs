using System.Collections.Concurrent;
using Lorch.Testing;

namespace Lorch.Core.Tests.Runs;

/// <summary>Whatever stands in a file of <c>state/</c>, everything answers as it does without the file.</summary>
public sealed class GarbageInTheState
{
    private static readonly ConcurrentDictionary<string, Task<IReadOnlyList<string>>> Without = new(StringComparer.Ordinal);

    public static TheoryData<string, string> Damages
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var file in new[] { "state/index.json", "state/run.json", "state/snapshot.index" })
            {
                foreach (var kind in Garbage.Kinds)
                {
                    data.Add(file, kind);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Is_as_good_as_nothing(string file, string kind)
    {
        using var workspace = await DamagedWorkspace.CreateAsync();
        Garbage.Put(kind, workspace.Workspace.At(file));

        Assert.Equal(await Without.GetOrAdd(file, AnswersWithoutAsync), await AnswersAsync(workspace));
    }

    private static async Task<IReadOnlyList<string>> AnswersWithoutAsync(string file)
    {
        using var workspace = await DamagedWorkspace.CreateAsync();
        workspace.Workspace.Delete(file);
        return await AnswersAsync(workspace);
    }

    private static async Task<IReadOnlyList<string>> AnswersAsync(DamagedWorkspace workspace) =>
        [.. await workspace.LookAsync(), .. await workspace.WorkAsync(), .. workspace.Workspace.Agents.Story];

    [Fact]
    public async Task Leaves_no_file_of_state_out()
    {
        using var workspace = await DamagedWorkspace.CreateAsync();

        var state = workspace.Workspace.At("state");
        var files = Directory.EnumerateFiles(state, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(state, file).Replace('\\', '/'));

        Assert.Equal(
            ["index.json", "locks/T-1", "locks/T-2", "permits/index", "run.json", "run.lock", "snapshot.index"],
            files.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{"format":1,"runs":[RUN,RUN]}""")]
    [InlineData("""{"format":1,"runs":[RUN,null]}""")]
    [InlineData("""{"format":1,"runs":[null]}""")]
    [InlineData("""{"format":1,"runs":null}""")]
    [InlineData("""{"format":1}""")]
    [InlineData("""{"format":1,"runs":[{}]}""")]
    [InlineData("""{"format":1,"runs":[[]]}""")]
    public async Task Is_as_good_as_nothing_as_a_list_of_runs(string index)
    {
        using var workspace = await DamagedWorkspace.CreateAsync();
        var whole = workspace.Workspace.Read("state/index.json");
        var run = whole[(whole.IndexOf('[', StringComparison.Ordinal) + 1)..(whole.IndexOf('}', StringComparison.Ordinal) + 1)];
        workspace.Workspace.Write("state/index.json", index.Replace("RUN", run, StringComparison.Ordinal));

        var answers = await workspace.LookAsync();
        await workspace.RunAsync("T-1");

        Assert.StartsWith("status: up_to_date() failed", answers[0], StringComparison.Ordinal);
        Assert.Equal(whole, workspace.Workspace.Read("state/index.json"));
    }

    [Theory]
    [InlineData("\"completed\"", "\"running\"")]
    [InlineData("T-1", "T-3")]
    [InlineData("snap-", "snap-0000000000001")]
    public async Task Is_not_believed_where_it_is_a_sound_list_that_says_something_else(string found, string said)
    {
        using var workspace = await DamagedWorkspace.CreateAsync();
        var answers = await workspace.LookAsync();
        var whole = workspace.Workspace.Read("state/index.json");
        var wrong = said.StartsWith("snap", StringComparison.Ordinal)
            ? whole.Replace(
                whole.Substring(whole.IndexOf(found, StringComparison.Ordinal), 17),
                "snap-000000000000",
                StringComparison.Ordinal)
            : whole.Replace(found, said, StringComparison.Ordinal);
        workspace.Workspace.Write("state/index.json", wrong);

        Assert.NotEqual(whole, wrong);
        Assert.Equal(answers, await workspace.LookAsync());
        await workspace.RunAsync("T-1");
        Assert.Equal(whole, workspace.Workspace.Read("state/index.json"));
    }
}
