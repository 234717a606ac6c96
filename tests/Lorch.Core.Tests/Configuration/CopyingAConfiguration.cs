using System.Text;
using Lorch.Core.Agents;
using Lorch.Core.Configuration;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;
using Lorch.Testing;

namespace Lorch.Core.Tests.Configuration;

/// <summary>The copy of what was read, which agents get instead of the files.</summary>
public sealed class CopyingAConfiguration : IDisposable
{
    private readonly TemporaryWorkspace _folder = TemporaryWorkspace.InMemory();

    [Fact]
    public void Keeps_every_byte_of_what_was_read()
    {
        byte[] odd = [0xEF, 0xBB, 0xBF, (byte)'a', 0xFF, 0x00, (byte)'\r', (byte)'\n'];
        var copy = new ConfigurationCopy(
            odd,
            new RepositoryPrompts(new Dictionary<AgentAction, byte[]> { [AgentAction.Review] = odd, [AgentAction.Implement] = [] }));

        var read = ConfigurationCopy.Read(Provide(copy).Path);

        Assert.Equal(odd, read.Text.ToArray());
        Assert.Equal(odd, read.Prompts.Own[AgentAction.Review]);
        Assert.Equal([AgentAction.Implement, AgentAction.Review], read.Prompts.Own.Keys.Order());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData(null)]
    public void Is_refused_when_somebody_changed_it_and_made_again_when_an_agent_starts(string? content)
    {
        var file = Provide(new ConfigurationCopy("{}"u8.ToArray(), new RepositoryPrompts(new Dictionary<AgentAction, byte[]>())));
        if (content is null)
        {
            File.Delete(file.Path);
        }
        else
        {
            File.WriteAllText(file.Path, content);
        }

        var refused = Assert.Throws<LorchException>(() => ConfigurationCopy.Read(file.Path));
        file.Provide();

        Assert.Equal((DiagnosticCode.FileUnreadable, file.Path), (refused.Diagnostic.Code, refused.Diagnostic.File));
        Assert.Equal("{}", Encoding.UTF8.GetString(ConfigurationCopy.Read(file.Path).Text.Span));
    }

    [Fact]
    public void Takes_the_place_of_an_earlier_one()
    {
        var prompts = new RepositoryPrompts(new Dictionary<AgentAction, byte[]>());
        var earlier = Provide(new ConfigurationCopy("{}"u8.ToArray(), prompts));
        var later = Provide(new ConfigurationCopy("{ }"u8.ToArray(), prompts));

        Assert.Equal([later.Path], Directory.GetFiles(Path.GetDirectoryName(earlier.Path)!));
    }

    [Fact]
    public void Is_no_business_of_an_agent_of_another_build()
    {
        var environment = AgentEnvironment.CreateOutsideOfRuns(
            new Dictionary<string, string> { [AgentEnvironment.CopyVariable] = "/of/another/build.json" },
            new AgentSettings { Type = AgentType.Builder, Command = ["build-it"], Identity = default },
            new Lorch.Core.Storage.WorkspaceLayout(_folder.Root, null),
            "/lorch.json");

        Assert.DoesNotContain(AgentEnvironment.CopyVariable, environment.Keys);
    }

    public void Dispose() => _folder.Dispose();

    private HandedFile Provide(ConfigurationCopy copy)
    {
        var (hex, content) = copy.ToFile();
        var file = new HandedFile(_folder.At($"state/configuration/{hex}.json"), content);
        file.Provide();
        return file;
    }
}
