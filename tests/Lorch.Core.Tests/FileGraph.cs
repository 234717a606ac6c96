using System.Text.RegularExpressions;

namespace Lorch.Core.Tests;

/// <summary>
/// Which file names a type, or an extension method, of which other: read from the text, as far as namespaces let a name be seen.
/// </summary>
internal sealed partial class FileGraph
{
    private readonly Dictionary<string, HashSet<string>> _known = [];

    /// <param name="sources">The text of each file, by its path.</param>
    public FileGraph(IReadOnlyDictionary<string, string> sources)
    {
        var files = sources.Select(source => new SourceFile(source.Key, source.Value)).ToList();
        var types = files.SelectMany(file => file.Types.Select(name => (name, file))).ToLookup(type => type.name, type => type.file);
        var extensions = files.SelectMany(file => file.Extensions.Select(name => (name, file)))
            .ToLookup(method => method.name, method => method.file);
        foreach (var file in files)
        {
            _known[file.Path] =
            [
                .. file.Words.Where(word => !file.Types.Contains(word)).SelectMany(word => types[word])
                    .Concat(file.Members.SelectMany(member => extensions[member]))
                    .Where(other => other != file && file.Sees(other))
                    .Select(other => other.Path),
            ];
        }
    }

    /// <summary>Gives what lies on circles, and between them: <c>A knows B</c> for each two.</summary>
    public IEnumerable<string> FindCircles()
    {
        var left = _known.Keys.ToHashSet();
        while (left.RemoveWhere(file => !_known[file].Overlaps(left) || !left.Any(other => _known[other].Contains(file))) > 0)
        {
        }

        return left.Order(StringComparer.Ordinal)
            .SelectMany(file => _known[file].Where(left.Contains).Order(StringComparer.Ordinal), (file, other) => $"{file} knows {other}");
    }

    private sealed class SourceFile
    {
        private readonly string _code;
        private readonly string _namespace;

        public SourceFile(string path, string text)
        {
            Path = path;
            _code = NotCode().Replace(text, Holes);
            _namespace = Namespace().Match(_code).Groups[1].Value;
            Types = [.. TypeDeclaration().Matches(_code).Select(match => match.Groups[1].Value)];
            Extensions = [.. ExtensionMethod().Matches(_code).Select(match => match.Groups[1].Value)];
            Words = [.. Word().Matches(_code).Select(match => match.Value)];
            Members = [.. Member().Matches(_code).Select(match => match.Groups[1].Value)];
        }

        public string Path { get; }

        public HashSet<string> Types { get; }

        public HashSet<string> Extensions { get; }

        public HashSet<string> Words { get; }

        public HashSet<string> Members { get; }

        public bool Sees(SourceFile other) =>
            $"{_namespace}.".StartsWith($"{other._namespace}.", StringComparison.Ordinal)
            || Regex.IsMatch(_code, $@"\b{Regex.Escape(other._namespace)}\b(?!\.[A-Z]\w*;)");

        /// <summary>Leaves of a text what is code in it: <c>{code}</c> where it is interpolated.</summary>
        private static string Holes(Match text) =>
            text.Value.StartsWith('$') ? $" {string.Join(' ', Hole().Matches(text.Value).Select(hole => hole.Groups[1].Value))} " : "\"\"";
    }

    /// <summary>Comments, characters and texts, a raw one with its holes.</summary>
    [GeneratedRegex("""//.*|\$*"{3}[\s\S]*?"{3}|(?:@\$|\$?@)"[^"]*"|\$?"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\])'""")]
    private static partial Regex NotCode();

    [GeneratedRegex(@"\{+([^{}]*)\}+")]
    private static partial Regex Hole();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(
        @"^(?:public |internal |sealed |static |abstract |readonly |ref |partial |unsafe )*"
            + @"(?:class|record struct|record|struct|enum|interface|delegate [\w<>?\[\]]+) (\w+)",
        RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"\bstatic [^;={}]+? (\w+)(?:<[^>(]*>)?\(\s*this ")]
    private static partial Regex ExtensionMethod();

    /// <summary>A word that may be a type: not a member of something, unless that is a namespace.</summary>
    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*|(?<=(?<![\w.])(?:Lorch|Core|Agent|Build)\.(?:\w+\.)*)[A-Z]\w*")]
    private static partial Regex Word();

    [GeneratedRegex(@"\.([A-Z]\w*)\b")]
    private static partial Regex Member();
}
