namespace Lorch.Core.Transcripts;

/// <summary>A piece of a text.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where what follows it begins.</param>
internal readonly record struct TextRange(int Start, int End);
