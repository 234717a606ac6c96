namespace Lorch.RealTools.Tests;

/// <summary>What the stub's model says.</summary>
internal abstract record Reply
{
    private Reply()
    {
    }

    /// <summary>Its last words.</summary>
    internal sealed record Words(string Text) : Reply;

    /// <summary>It wants a new file to be written.</summary>
    internal sealed record NewFile(string Path, string Content) : Reply;

    /// <summary>It wants a line of shell to be run.</summary>
    internal sealed record Shell(string Command) : Reply;

    /// <summary>The service refuses.</summary>
    internal sealed record Refusal(int Status, string Kind, string Message) : Reply
    {
        public int? RetryAfterSeconds { get; init; }
    }
}
