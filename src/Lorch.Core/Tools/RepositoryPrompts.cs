using System.Text;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;

namespace Lorch.Core.Tools;

/// <summary>
/// The prompts of one workspace as they were read at one time: its own, in <c>prompts/&lt;action&gt;.md</c>, else the shipped ones.
/// </summary>
internal sealed class RepositoryPrompts
{
    private static readonly UTF8Encoding Utf8 = new(false);

    /// <summary>Initializes a new instance of the <see cref="RepositoryPrompts"/> class.</summary>
    /// <param name="own">What the repository's own prompts hold.</param>
    public RepositoryPrompts(IReadOnlyDictionary<AgentAction, byte[]> own) => Own = own;

    /// <summary>Gets what the repository's own prompts hold.</summary>
    public IReadOnlyDictionary<AgentAction, byte[]> Own { get; }

    /// <summary>Reads the prompts, each once.</summary>
    /// <param name="workspaceRoot">The workspace root, absolute.</param>
    /// <param name="actions">The actions that prompts are needed for.</param>
    /// <exception cref="LorchException">A prompt can't be read.</exception>
    public static RepositoryPrompts Load(string workspaceRoot, IEnumerable<AgentAction> actions)
    {
        var own = new Dictionary<AgentAction, byte[]>();
        foreach (var action in actions)
        {
            if (TryRead(PathOf(workspaceRoot, action)) is { } bytes)
            {
                own[action] = bytes;
            }
        }

        return new RepositoryPrompts(own);
    }

    /// <summary>The absolute path at which a repository may have its own prompt for an action.</summary>
    public static string PathOf(string workspaceRoot, AgentAction action) =>
        Path.Join(workspaceRoot, ShippedPrompts.Folder, $"{action.WireName}.md");

    /// <summary>Says which prompts an agent works with: the digest of the repository's own, the number of a shipped one.</summary>
    public IReadOnlyDictionary<AgentAction, string> Identify(AgentType type) => ShippedPrompts.ActionsOf(type)
        .ToDictionary(
            action => action,
            action => Own.TryGetValue(action, out var own) ? Sha256Digest.Of(own).ToString() : ShippedPrompts.NameOf(action));

    /// <summary>Gives the prompt for an action.</summary>
    public string Read(AgentAction action) => Own.TryGetValue(action, out var own) ? Utf8.GetString(own) : ShippedPrompts.Read(action);

    private static byte[]? TryRead(string path)
    {
        try
        {
            return NoFifo.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LorchException(
                new Diagnostic
                {
                    Code = DiagnosticCode.FileUnreadable,
                    Message =
                        $"The prompt can't be read ({exception.Message}), expected a readable file. Correct its permissions, or remove it: "
                            + $"then the prompt of the package holds.",
                    File = path,
                },
                exception);
        }
    }
}
