using System.Text;

namespace Lorch.Core.Snapshots;

/// <summary>What one step of a glob does.</summary>
internal enum GlobOperation
{
    /// <summary>Takes the character that is the operand.</summary>
    Character,

    /// <summary>Takes any character.</summary>
    Any,

    /// <summary>Takes any character but '/'.</summary>
    AnyWithinPart,

    /// <summary>Takes a character of a set.</summary>
    OneOf,

    /// <summary>Goes on both with the next step and with the one that is the operand.</summary>
    Fork,

    /// <summary>Goes on with the step that is the operand.</summary>
    Jump,

    /// <summary>Matches at the end of the path.</summary>
    Match,
}

/// <summary>One step of a compiled glob.</summary>
internal readonly record struct GlobStep(GlobOperation Operation, int Operand, GlobCharacterSet? Set);

/// <summary>A compiled glob: all the ways that the path so far can be read are followed at once, so that nothing is ever tried twice.</summary>
/// <remarks>After K. Thompson, Regular Expression Search Algorithm, CACM 11(6), 1968.</remarks>
internal sealed class GlobProgram
{
    private const int MaxStepsOnStack = 256;

    private static readonly UTF8Encoding Utf8 = new(false);

    private readonly GlobStep[] _steps;

    /// <summary>What every match begins with.</summary>
    private readonly string _prefix;

    private readonly byte[] _prefixBytes;

    /// <summary>The first step behind the prefix.</summary>
    private readonly int _start;

    /// <summary>The step that takes everything from there on, or -1.</summary>
    private readonly int _everything;

    public GlobProgram(GlobStep[] steps, bool endsWithEverything)
    {
        _steps = steps;
        var prefix = new StringBuilder();
        while (steps[_start].Operation == GlobOperation.Character)
        {
            prefix.Append(new Rune(steps[_start++].Operand));
        }

        _prefix = prefix.ToString();
        _prefixBytes = Utf8.GetBytes(_prefix);

        // It is the Any of the four last steps: Any, Fork, Jump, Match.
        _everything = endsWithEverything ? steps.Length - 4 : -1;
    }

    private bool IsEverythingBelowPrefix => _start == _everything;

    /// <summary>The folder that every match lies in, as far as it is written out: the beginning of the prefix.</summary>
    public string FixedFolder => _prefix.LastIndexOf('/') is var slash and > 0 ? _prefix[..slash] : "";

    /// <summary>Whether only one path matches.</summary>
    public bool IsLiteral => _steps[_start].Operation == GlobOperation.Match;

    /// <summary>Whether a path's UTF-8 bytes match as a whole; bytes that aren't UTF-8 stand for U+FFFD.</summary>
    public bool Matches(ReadOnlySpan<byte> path) =>
        path.StartsWith(_prefixBytes)
        && (IsEverythingBelowPrefix
            ? path.Length > _prefixBytes.Length
            : IsLiteral ? path.Length == _prefixBytes.Length : Follow(path[_prefixBytes.Length..], _steps.Length - 1));

    /// <summary>Whether some path that begins so could match.</summary>
    /// <param name="folder">A folder's UTF-8 bytes, with a '/' at the end.</param>
    public bool CanMatchBelow(ReadOnlySpan<byte> folder) => folder.Length <= _prefixBytes.Length
        ? _prefixBytes.AsSpan().StartsWith(folder)
        : folder.StartsWith(_prefixBytes) && (IsEverythingBelowPrefix || (!IsLiteral && Follow(folder[_prefixBytes.Length..], soughtStep: -1)));

    /// <summary>Whether every path that begins so matches.</summary>
    /// <param name="folder">A folder's UTF-8 bytes, with a '/' at the end.</param>
    public bool MatchesAllBelow(ReadOnlySpan<byte> folder) => _everything >= 0
        && folder.StartsWith(_prefixBytes)
        && (IsEverythingBelowPrefix || Follow(folder[_prefixBytes.Length..], _everything));

    /// <summary>Whether a text, read from the prefix on, can lead to a step; with -1 to any step at all.</summary>
    private bool Follow(ReadOnlySpan<byte> text, int soughtStep)
    {
        var count = _steps.Length;
        var onStack = count <= MaxStepsOnStack;
        var current = new StepSet(onStack ? stackalloc int[count] : new int[count], onStack ? stackalloc bool[count] : new bool[count]);
        var next = new StepSet(onStack ? stackalloc int[count] : new int[count], onStack ? stackalloc bool[count] : new bool[count]);
        Enter(ref current, _start);
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out var rune, out var taken);
            text = text[taken..];
            next.Clear();
            foreach (var step in current.Steps)
            {
                if (Takes(_steps[step], rune))
                {
                    Enter(ref next, step + 1);
                }
            }

            var last = current;
            current = next;
            next = last;
            if (current.Steps.IsEmpty)
            {
                return false;
            }
        }

        return soughtStep < 0 || current.Contains(soughtStep);
    }

    /// <summary>Adds a step and all that follow from it without a character; forks only lead forward, so the depth is that of the glob.</summary>
    private void Enter(ref StepSet set, int step)
    {
        if (!set.Add(step))
        {
            return;
        }

        switch (_steps[step].Operation)
        {
            case GlobOperation.Fork:
                Enter(ref set, step + 1);
                Enter(ref set, _steps[step].Operand);
                break;
            case GlobOperation.Jump:
                Enter(ref set, _steps[step].Operand);
                break;
            default:
                break;
        }
    }

    private static bool Takes(GlobStep step, Rune rune) => step.Operation switch
    {
        GlobOperation.Character => rune.Value == step.Operand,
        GlobOperation.Any => true,
        GlobOperation.AnyWithinPart => rune.Value != '/',
        GlobOperation.OneOf => step.Set!.Contains(rune),
        _ => false,
    };

    /// <summary>Steps in the order in which they were added, each once.</summary>
    private ref struct StepSet(Span<int> steps, Span<bool> isAdded)
    {
        private readonly Span<int> _steps = steps;
        private readonly Span<bool> _isAdded = isAdded;
        private int _count;

        public readonly ReadOnlySpan<int> Steps => _steps[.._count];

        public readonly bool Contains(int step) => _isAdded[step];

        public bool Add(int step)
        {
            if (_isAdded[step])
            {
                return false;
            }

            _isAdded[step] = true;
            _steps[_count++] = step;
            return true;
        }

        public void Clear()
        {
            foreach (var step in Steps)
            {
                _isAdded[step] = false;
            }

            _count = 0;
        }
    }
}
