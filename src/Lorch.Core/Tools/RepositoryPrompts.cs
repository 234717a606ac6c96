using Lorch.Core.Hashing;
using Lorch.Core.Protocol;

namespace Lorch.Core.Tools;

/// <summary>The prompts of one workspace: its own, in <c>prompts/&lt;action&gt;.md</c>, else the shipped ones.</summary>
/// <param name="workspaceRoot">The workspace root, absolute.</param>
internal sealed class RepositoryPrompts(string workspaceRoot)
{
    /// <summary>Says which prompts an agent works with: the digest of the repository's own, the number of a shipped one.</summary>
    public IReadOnlyDictionary<AgentAction, string> Identify(AgentType type) => ShippedPrompts.Actions
        .Where(action => action.Agent == type)
        .ToDictionary(action => action, action => TryRead(action) is { } own ? Sha256Digest.Of(own).ToString() : ShippedPrompts.NameOf(action));

    /// <summary>Gives the prompt for an action.</summary>
    public string Read(AgentAction action) => TryRead(action) is { } own ? new System.Text.UTF8Encoding(false).GetString(own) : ShippedPrompts.Read(action);

    /// <summary>The absolute path at which the repository may have its own prompt for an action.</summary>
    public string PathOf(AgentAction action) => Path.Join(workspaceRoot, ShippedPrompts.Folder, $"{action.WireName}.md");

    private byte[]? TryRead(AgentAction action)
    {
        try
        {
            return File.ReadAllBytes(PathOf(action));
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
                    Message = $"The prompt can't be read ({exception.Message}), expected a readable file. Correct its permissions, or remove it: then the prompt of the package holds.",
                    File = PathOf(action),
                },
                exception);
        }
    }
}
