namespace Lorch.Agent.Acp;

/// <summary>An error as the other side said it, or as it is to be told.</summary>
/// <param name="code">The number: those of JSON-RPC 2.0, and those that the Agent Client Protocol adds.</param>
/// <param name="message">What is wrong.</param>
internal sealed class RpcError(int code, string message) : Exception(message)
{
    public const int MethodNotFound = -32601;
    public const int InvalidParameters = -32602;
    public const int InternalError = -32603;
    public const int AuthenticationRequired = -32000;
    public const int NotFound = -32002;

    /// <summary>Not in the protocol, which leaves the numbers around it free: the policy says no.</summary>
    public const int NotPermitted = -32003;

    /// <summary>Gets the number.</summary>
    public int Code { get; } = code;
}

/// <summary>The other side can't be talked to any more.</summary>
/// <param name="message">Why.</param>
/// <param name="hasHungUp">Whether it closed its end of the conversation, as all do that end.</param>
internal sealed class RpcEnded(string message, bool hasHungUp) : Exception(message)
{
    /// <summary>Gets a value indicating whether it closed its end of the conversation, as all do that end.</summary>
    public bool HasHungUp { get; } = hasHungUp;
}
