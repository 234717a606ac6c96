using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>The same story once more, its runs worked in a view.</summary>
[LongSet]
public sealed class HelloLorchInAView : HelloLorchTests, IClassFixture<HelloLorchInAView.Played>
{
    private readonly Played _played;

    public HelloLorchInAView(Played played)
    {
        LongTests.SkipUnlessAsked();
        _played = played;
    }

    private protected override HelloLorch Story => _played.Story;

    private protected override string Sample => _played.Sample;

    [Fact]
    public void What_was_made_has_landed_by_receipts_and_nothing_shows_where_it_was_made()
    {
        var records = Directory.GetFiles(Sample, "*", SearchOption.AllDirectories);

        Assert.NotEmpty(Directory.GetFiles(Path.Combine(Sample, "receipts", "T-0042"), "land-*.json"));
        Assert.DoesNotContain(records, file => File.ReadAllText(file).Contains(_played.Views, StringComparison.Ordinal));
        Assert.DoesNotContain(_played.Views, Story.First.Result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_views_lie_where_the_build_says() => Assert.NotEmpty(Directory.GetDirectories(_played.Views));

    [Fact]
    public void What_it_changed_is_shown_and_taken_back()
    {
        Assert.Contains("+++ b/src/hello.txt", _played.Shown.Output, StringComparison.Ordinal);
        Assert.Contains("is undone; the task is stale", _played.Undone.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_played.Undid, "src", "hello.txt")));
        Assert.Contains("T-0042 is stale", _played.Asked.Output, StringComparison.Ordinal);
    }

    /// <summary>The story, played outside the repository.</summary>
    public sealed class Played(ClonedRepository clone) : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("lorch-view-").FullName;

        internal string Sample => Path.Combine(_folder, "HelloLorch");

        internal string Views => Path.Combine(_folder, "views");

        /// <summary>A copy of the sample in which the first run is undone.</summary>
        internal string Undid => Path.Combine(_folder, "undone");

        internal CommandResult Shown { get; private set; } = null!;

        internal CommandResult Undone { get; private set; } = null!;

        internal CommandResult Asked { get; private set; } = null!;

        internal HelloLorch Story { get; private set; } = null!;

        /// <inheritdoc/>
        public async ValueTask InitializeAsync()
        {
            if (!LongTests.AreAsked)
            {
                return;
            }

            clone.Packing.Succeeded();
            ClonedRepository.CheckOutSample("HelloLorch", Sample);
            var configuration = Path.Combine(Sample, "lorch.json");
            var text = await File.ReadAllTextAsync(configuration);
            await File.WriteAllTextAsync(
                configuration,
                text.Replace("\"agents\":", "\"policy\": { \"isolation\": \"view\" },\n  \"agents\":", StringComparison.Ordinal));
            await File.WriteAllTextAsync(Path.Combine(_folder, "nuget.config"), ClonedRepository.NuGetConfig(("feed", clone.Feed)));
            var dotnet = new Dotnet(Sample, Path.Combine(_folder, "packages"));
            string[] command = ["build", "-t:LorchRun", "-p:Task=T-0042", "-p:LorchViewRoot=../views"];
            var first = await dotnet.RunAsync(command);
            ClonedRepository.Copy(Sample, Undid);
            var there = new Dotnet(Undid, Path.Combine(_folder, "packages"));
            Shown = (await there.RunAsync(["build", "-t:LorchDiff"])).Succeeded();
            Undone = (await there.RunAsync(["build", "-t:LorchUndo"])).Succeeded();
            Asked = (await there.RunAsync(["build", "-t:LorchWhy", "-p:Task=T-0042"])).Succeeded();
            Story = await HelloLorch.PlayAsync(dotnet, Sample, first, command);
        }

        /// <inheritdoc/>
        public ValueTask DisposeAsync()
        {
            Directory.Delete(_folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
