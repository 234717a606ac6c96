namespace Lorch.Agent.Talking;

/// <summary>The program was called, or its script written, in a way that it doesn't understand.</summary>
/// <param name="message">What was found, what was expected.</param>
internal sealed class UsageException(string message) : Exception(message);
