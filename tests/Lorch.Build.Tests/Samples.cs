using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>The samples of each way in, copied out of the repository, with the commands of their READMEs.</summary>
/// <remarks>HelloLorch, which is told from source as well, has tests of its own.</remarks>
public sealed class Samples(ClonedRepository clone)
{
    [LongSet]
    [Theory]
    [InlineData("AnyLanguage", "build lorch -t:LorchRun", "src/greet.py", false)]
    [InlineData("CSharpOnBuild", "build", "src/Greeting.cs", true)]
    [InlineData("Solution", "build -t:LorchRun", "Greetings/Greeting.cs", true)]
    public async Task A_sample_works_its_task_once_and_skips_it_then(string sample, string command, string output, bool isRare)
    {
        LongTests.SkipUnlessAsked(isRare);
        using var folder = new TemporaryWorkspace();
        var dotnet = Copy(sample, folder);

        (await dotnet.RunAsync(command.Split(' '))).Succeeded().Says("T-0001 completed");
        (await dotnet.RunAsync(command.Split(' '))).Succeeded().Says("T-0001 up to date (snap-");

        var records = new Records(dotnet.Folder);
        Assert.Single(records.Ledgers);
        Assert.True(records.Has(output));
        Assert.Empty(LeftoverProcesses.In(dotnet.Folder));
    }

    [LongSet]
    [Theory]
    [InlineData("CSharpOnBuild", "")]
    [InlineData("Solution", "App")]
    public async Task What_the_agent_wrote_is_compiled_and_runs(string sample, string project)
    {
        LongTests.SkipUnlessAsked();
        using var folder = new TemporaryWorkspace();
        var dotnet = Copy(sample, folder);
        if (sample == "Solution")
        {
            (await dotnet.RunAsync("build", "-t:LorchRun")).Succeeded();
        }

        (await dotnet.RunAsync("run", "--project", Path.Combine(dotnet.Folder, project))).Succeeded()
            .Says("Hello from a class that an agent wrote");
    }

    private Dotnet Copy(string sample, TemporaryWorkspace folder)
    {
        clone.Packing.Succeeded();
        folder.Write("nuget.config", ClonedRepository.NuGetConfig(("feed", clone.Feed)));
        ClonedRepository.CheckOutSample(sample, folder.At(sample));
        return new Dotnet(folder.At(sample), clone.ConsumerPackages);
    }
}
