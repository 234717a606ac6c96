using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>The sample in a fresh clone: nothing is packed, copied or set before its command.</summary>
[LongSet]
public sealed class HelloLorchFromSource : HelloLorchTests, IClassFixture<HelloLorchFromSource.Played>
{
    private readonly ClonedRepository _clone;
    private readonly Played _played;

    public HelloLorchFromSource(ClonedRepository clone, Played played)
    {
        LongTests.SkipUnlessAsked();
        _clone = clone;
        _played = played;
    }

    private protected override HelloLorch Story => _played.Story;

    private protected override string Sample => _played.Sample;

    [Fact]
    public async Task Another_configuration_changes_nothing()
    {
        var before = new Records(Sample).History;

        var result = await _clone.Dotnet.RunAsync([.. HelloLorch.Command, "-c", "Release"]);

        result.Succeeded().Says("T-0042 up to date (snap-");
        Assert.Equal(before, new Records(Sample).History);
    }

    [Fact]
    public void Git_sees_nothing_of_what_a_run_leaves() => Assert.Equal(_clone.StatusBefore, _played.StatusAfter);

    [Fact]
    public void The_configuration_names_a_schema_that_is_there()
    {
        var schema = new Records(Sample).Json("lorch.json").GetProperty("$schema").GetString()!;

        Assert.Equal(Path.Combine(_clone.Root, "schemas", "v1", "lorch.v1.json"), Path.GetFullPath(schema, Sample));
        Assert.True(new Records(Sample).Has(schema));
    }

    /// <summary>The story, played in the clone.</summary>
    public sealed class Played(ClonedRepository clone) : IAsyncLifetime
    {
        internal string Sample => Path.Combine(clone.Root, "samples", "HelloLorch");

        internal HelloLorch Story { get; private set; } = null!;

        internal string StatusAfter { get; private set; } = "";

        /// <inheritdoc/>
        public async ValueTask InitializeAsync()
        {
            if (LongTests.AreAsked)
            {
                Story = await HelloLorch.PlayAsync(clone.Dotnet, Sample, await clone.CloneAsync(), HelloLorch.Command);
                StatusAfter = clone.Status();
            }
        }

        /// <inheritdoc/>
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
