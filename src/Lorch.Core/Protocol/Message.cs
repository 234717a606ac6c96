using System.Text.Json.Serialization;

namespace Lorch.Core.Protocol;

/// <summary>One line between Lorch and an agent, told apart by <c>kind</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(Command), "command")]
[JsonDerivedType(typeof(Event), "event")]
[JsonDerivedType(typeof(Heartbeat), "heartbeat")]
[JsonDerivedType(typeof(LogMessage), "log")]
public abstract record Message
{
    /// <summary>The most bytes that a message's line may have, without its line feed.</summary>
    public const int MaxBytes = 262_144;

    private protected Message()
    {
    }
}
