using System.Buffers;
using System.Text;

namespace Lorch.Core.Transcripts;

/// <summary>Finds all of a set of texts in one pass, overlapping ones too: the automaton of Aho and Corasick (CACM 18(6), 1975).</summary>
/// <remarks>The time depends on the length of the text alone, not on how many secrets there are or how they resemble each other.</remarks>
internal sealed class KnownSecrets
{
    private const int Root = 0;

    private readonly List<Node> _nodes = [new Node(Root, '\0', 0)];
    private readonly Dictionary<(int Node, char Next), int> _steps = [];
    private readonly SearchValues<char> _beginnings;
    private int _longest;

    public KnownSecrets(IEnumerable<string> texts)
    {
        var beginnings = new StringBuilder();
        foreach (var text in texts)
        {
            Add(text);
            beginnings.Append(text, 0, Math.Min(1, text.Length));
        }

        Link();
        _beginnings = SearchValues.Create(beginnings.ToString());
    }

    /// <summary>Adds where the texts stand.</summary>
    /// <param name="text">The text to search.</param>
    /// <param name="found">Gets the places, in their order, those that overlap as one.</param>
    public void Find(string text, List<TextRange> found)
    {
        var at = Root;
        for (var i = 0; i < text.Length; i++)
        {
            if (at == Root)
            {
                var skip = text.AsSpan(i).IndexOfAny(_beginnings);
                if (skip < 0)
                {
                    return;
                }

                i += skip;
            }

            at = Step(at, text[i]);
            if (_nodes[at].LongestEnd is var length and > 0)
            {
                AddMerged(found, new TextRange(i + 1 - length, i + 1));
            }
        }
    }

    /// <summary>
    /// Says how much of a text's end is the beginning of one of the texts: where a long line was cut, it may be cut within a secret.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <returns>The number of characters; 0 if none is.</returns>
    public int LengthOfBeginningAtEnd(string text)
    {
        var at = Root;
        foreach (var c in text.AsSpan(Math.Max(0, text.Length - _longest)))
        {
            at = Step(at, c);
        }

        return _nodes[at].Depth;
    }

    /// <summary>Ranges come by their ends, so one that reaches back swallows the last ones.</summary>
    private static void AddMerged(List<TextRange> found, TextRange range)
    {
        while (found.Count > 0 && found[^1] is var last && last.End > range.Start)
        {
            range = range with { Start = Math.Min(range.Start, last.Start) };
            found.RemoveAt(found.Count - 1);
        }

        found.Add(range);
    }

    private void Add(string text)
    {
        _longest = Math.Max(_longest, text.Length);
        var at = Root;
        foreach (var c in text)
        {
            if (!_steps.TryGetValue((at, c), out var next))
            {
                next = _nodes.Count;
                _nodes.Add(new Node(at, c, _nodes[at].Depth + 1));
                _steps.Add((at, c), next);
            }

            at = next;
        }

        _nodes[at].LongestEnd = text.Length;
    }

    /// <summary>Gives each node its longest proper suffix that is also a beginning, nearest to the root first.</summary>
    private void Link()
    {
        foreach (var node in _nodes.OrderBy(node => node.Depth))
        {
            node.Suffix = node.Depth <= 1 ? Root : Step(_nodes[node.Parent].Suffix, node.Character);
            node.LongestEnd = Math.Max(node.LongestEnd, _nodes[node.Suffix].LongestEnd);
        }
    }

    private int Step(int at, char c)
    {
        int next;
        while (!_steps.TryGetValue((at, c), out next))
        {
            if (at == Root)
            {
                return Root;
            }

            at = _nodes[at].Suffix;
        }

        return next;
    }

    private sealed class Node(int parent, char character, int depth)
    {
        public int Parent => parent;

        public char Character => character;

        public int Depth => depth;

        /// <summary>Gets or sets the node to go on from when nothing follows here.</summary>
        public int Suffix { get; set; }

        /// <summary>Gets or sets the length of the longest text that ends here; 0 if none does.</summary>
        public int LongestEnd { get; set; }
    }
}
