using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lorch.Core.Hashing;
using Lorch.Core.Snapshots.Index;
using Lorch.Core.Snapshots.Manifests;

namespace Lorch.Core.Tests.Snapshots;

public sealed class ManifestTests
{
    private static readonly DateTimeOffset Time = new(2026, 1, 31, 9, 5, 0, TimeSpan.Zero);

    [Fact]
    public void The_id_of_nothing_is_pinned() =>
        Assert.Equal("snap-602e35a92eec", Manifest.ComputeId([]).ToString());

    [Fact]
    public void The_id_of_odd_names_is_pinned()
    {
        ManifestFile[] files = [FileOf("specs/a.md", "abc"), FileOf("src/\"ü\n🚀.cs", "")];

        Assert.Equal("snap-ce33b3374bc9", Manifest.ComputeId(files).ToString());
    }

    [Fact]
    public void The_id_is_that_of_the_reference_over_any_tree()
    {
        var random = new Random(42);
        for (var i = 0; i < 500; i++)
        {
            var paths = Enumerable.Range(0, random.Next(20)).Select(_ => RandomPath(random)).Distinct(StringComparer.Ordinal);
            ManifestFile[] files = [.. paths.Select(path => FileOf(path, $"{random.Next(5)}"))];

            Assert.Equal(ReferenceId(files), Manifest.Create(files, Time).SnapshotId.ToString());
        }
    }

    [Fact]
    public void Time_is_not_part_of_the_id()
    {
        var file = FileOf("a", "x");

        Assert.Equal(
            Manifest.Create([file], Time).SnapshotId,
            Manifest.Create([file with { Mtime = Time.AddDays(1) }], Time.AddYears(1)).SnapshotId);
    }

    [Fact]
    public void Path_digest_and_size_are_part_of_the_id()
    {
        var file = FileOf("a", "x");
        ManifestFile[] variants = [
            file,
            file with { Path = RelativePath.Parse("b") },
            file with { Sha256 = Sha256Digest.Of("y"u8) },
            file with { Size = 9 }
        ];

        Assert.Equal(4, variants.Select(variant => Manifest.ComputeId([variant])).Distinct().Count());
    }

    [Fact]
    public void Files_are_sorted_by_their_bytes()
    {
        // In UTF-16 units the rocket (U+1F680) comes before U+FF5E, in bytes behind it; and '-' comes before '/'.
        string[] sorted = ["a", "a-b", "a/b", "ab", "ü", "\uFF5E", "🚀"];

        var manifest = Manifest.Create(sorted.Reverse().Select(path => FileOf(path, "x")), Time);

        Assert.Equal(sorted, manifest.Files.Select(file => file.Path.ToString()));
    }

    [Theory]
    [InlineData("b", "a")]
    [InlineData("a", "a")]
    public void Refuses_an_id_of_files_out_of_order(string first, string second) =>
        Assert.Throws<ArgumentException>(() => Manifest.ComputeId([FileOf(first, "x"), FileOf(second, "x")]));

    private static ManifestFile FileOf(string path, string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        return new ManifestFile { Path = RelativePath.Parse(path), Sha256 = Sha256Digest.Of(bytes), Size = bytes.Length, Mtime = Time };
    }

    private static string RandomPath(Random random)
    {
        string[] parts = [
            "a", "b", "ü", "🚀", "\uFF5E", "x y", "\"", "\n", "\t", "\u0001", "\u007F", "\u2028", "'", "<&>", "-", "é", "e\u0301"
        ];
        return string.Join(
            '/',
            Enumerable.Range(0, random.Next(1, 4)).Select(_ => string.Concat(random.GetItems(parts, random.Next(1, 4)))));
    }

    /// <summary>The definition in formats.md, written as plainly as can be.</summary>
    private static string ReferenceId(IEnumerable<ManifestFile> files)
    {
        var list = files.Select(file => (Bytes: Encoding.UTF8.GetBytes(file.Path.ToString()), File: file)).ToList();
        list.Sort((x, y) => x.Bytes.AsSpan().SequenceCompareTo(y.Bytes));
        var json = new StringBuilder("{\"files\":[");
        foreach (var (_, file) in list)
        {
            json.Append(json[^1] == '[' ? "" : ",").Append("{\"path\":\"");
            foreach (var c in file.Path.ToString())
            {
                json.Append(c switch
                {
                    '"' => "\\\"",
                    '\n' => "\\n",
                    '\t' => "\\t",
                    < ' ' => "\\u00" + ((int)c).ToString("x2", CultureInfo.InvariantCulture),
                    _ => c.ToString(),
                });
            }

            json.Append(CultureInfo.InvariantCulture, $"\",\"sha256\":\"{file.Sha256}\",\"size\":{file.Size}}}");
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(json.Append("]}").ToString()));
        return "snap-" + Convert.ToHexStringLower(hash)[..12];
    }
}
