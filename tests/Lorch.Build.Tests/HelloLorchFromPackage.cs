namespace Lorch.Build.Tests;

/// <summary>The same sample in a folder outside the repository: it takes the package, out of an empty cache.</summary>
public sealed class HelloLorchFromPackage(
    HelloLorchFromPackage.Played played) : HelloLorchTests, IClassFixture<HelloLorchFromPackage.Played>
{
    private protected override HelloLorch Story => played.Story;

    private protected override string Sample => played.Sample;

    /// <summary>The story, played outside the repository.</summary>
    public sealed class Played(ClonedRepository clone) : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("lorch-package-").FullName;

        internal string Sample => Path.Combine(_folder, "HelloLorch");

        internal HelloLorch Story { get; private set; } = null!;

        /// <inheritdoc/>
        public async ValueTask InitializeAsync()
        {
            clone.Packing.Succeeded();
            ClonedRepository.CheckOutSample("HelloLorch", Sample);
            await File.WriteAllTextAsync(Path.Combine(_folder, "nuget.config"), ClonedRepository.NuGetConfig(("feed", clone.Feed)));
            var dotnet = new Dotnet(Sample, Path.Combine(_folder, "packages"));
            string[] command = ["build", "-t:LorchRun", "-p:Task=T-0042"];
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
