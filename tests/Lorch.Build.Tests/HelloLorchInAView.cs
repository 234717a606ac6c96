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

    /// <summary>The story, played outside the repository.</summary>
    public sealed class Played(ClonedRepository clone) : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("lorch-view-").FullName;

        internal string Sample => Path.Combine(_folder, "HelloLorch");

        internal string Views => Path.Combine(_folder, "views");

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
            Story = await HelloLorch.PlayAsync(dotnet, Sample, await dotnet.RunAsync(command), command);
        }

        /// <inheritdoc/>
        public ValueTask DisposeAsync()
        {
            Directory.Delete(_folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
