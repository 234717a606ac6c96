using System.Text.Json.Serialization;

namespace Lorch.Core.Protocol;

/// <summary>One line between Lorch and an agent, told apart by <c>kind</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(Command), "command")]
[JsonDerivedType(typeof(Event), "event")]
[JsonDerivedType(typeof(Heartbeat), "heartbeat")]
[JsonDerivedType(typeof(LogMessage), "log")]
internal abstract record Message
{
    /// <summary>The most bytes that a message's line may have, without its line feed.</summary>
    public const int MaxBytes = 262_144;

    /// <summary>The least that a workspace can make of <see cref="MaxBytes"/>: enough for the parts that every message has.</summary>
    internal const int LeastMaxBytes = 1024;

    private protected Message()
    {
    }
}
