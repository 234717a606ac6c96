namespace Lorch.Testing;

/// <summary>A page of the documentation, whose examples tests hold to the code.</summary>
/// <param name="text">The page.</param>
public sealed class Document(string text)
{
    private const string Folder = "docs/";

    /// <summary>Gets the names of all pages in <c>docs/</c>.</summary>
    public static IReadOnlyList<string> Names =>
    [
        .. typeof(Document).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => name[Folder.Length..])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Gets the page as it is written.</summary>
    public string Text => text;

    /// <summary>Reads a page.</summary>
    /// <param name="name">Its name in <c>docs/</c>.</param>
    /// <returns>The page.</returns>
    public static Document Read(string name)
    {
        using var stream = typeof(Document).Assembly.GetManifestResourceStream(Folder + name)
            ?? throw new ArgumentException($"There is no page '{name}' in docs/.", nameof(name));
        using var reader = new StreamReader(stream);
        return new Document(reader.ReadToEnd().ReplaceLineEndings("\n"));
    }

    /// <summary>Gets the one block of code in a language.</summary>
    /// <param name="language">What stands behind the opening fence.</param>
    /// <returns>The block without its fences, the last line ended by a line feed.</returns>
    public string CodeIn(string language) => BlocksIn(language) is [var block]
        ? block
        : throw new ArgumentException($"There isn't exactly one block in '{language}'.", nameof(language));

    /// <summary>Gets all blocks of code in a language.</summary>
    /// <param name="language">What stands behind the opening fence.</param>
    /// <returns>The blocks without their fences, in their order.</returns>
    public IReadOnlyList<string> BlocksIn(string language) =>
    [
        .. text.Split($"\n```{language}\n").Skip(1).Select(rest => rest[..(rest.IndexOf("\n```\n", StringComparison.Ordinal) + 1)]),
    ];
}
