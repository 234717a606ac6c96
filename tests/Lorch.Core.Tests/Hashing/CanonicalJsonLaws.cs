using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using Lorch.Core.Hashing;

namespace Lorch.Core.Tests.Hashing;

public sealed class CanonicalJsonLaws
{
    private static readonly Gen<string> Texts =
        Gen.OneOf("a", "B", "/", "<", "é", "€", "\uFB33", "😀", "\0", "\n", "\u001f", "\u007f", "\u2028", "\"", "\\").Array[0, 5]
            .Select(string.Concat);

    private static readonly Gen<object?> Leaves = Gen.OneOf(
        Texts.Select(text => (object?)text),
        Gen.Double.Where(double.IsFinite).Select(number => (object?)number),
        Gen.Bool.Select(value => (object?)value),
        Gen.Const((object?)null));

    private static readonly Gen<object?> Values = Gen.Recursive<object?>((depth, inner) => depth > 3
        ? Leaves
        : Gen.OneOf(
            Leaves,
            inner.Array[0, 4].Select(items => (object?)items),
            Gen.Dictionary(Texts, inner)[0, 4].Select(members => (object?)members)));

    [Fact]
    public void Canonical_json_is_its_own_canonical_form() =>
        Values.Sample(value =>
        {
            var canonical = Canonical(WritePlainly(value));

            Assert.Equal(canonical, Canonical(canonical));
        });

    [Fact]
    public void Order_of_members_white_space_escapes_and_digits_change_nothing() =>
        Values.Sample(value => Assert.Equal(Canonical(WritePlainly(value)), Canonical(WriteStrangely(value))));

    [Fact]
    public void Canonical_json_says_the_same() =>
        Values.Sample(value =>
        {
            var json = WritePlainly(value);

            Assert.True(JsonElement.DeepEquals(JsonElement.Parse(json), JsonElement.Parse(Canonical(json))));
        });

    private static string Canonical(string json) => Encoding.UTF8.GetString(CanonicalJson.GetBytes(JsonElement.Parse(json)));

    private static string WritePlainly(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        string text => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"",
        object?[] items => $"[{string.Join(',', items.Select(WritePlainly))}]",
        Dictionary<string, object?> members =>
            $"{{{string.Join(',', members.Select(member => $"{WritePlainly(member.Key)}:{WritePlainly(member.Value)}"))}}}",
        _ => throw new ArgumentException("This is no JSON value.", nameof(value)),
    };

    private static string WriteStrangely(object? value) => value switch
    {
        double number => number.ToString("E16", CultureInfo.InvariantCulture),
        string text => $"\"{string.Concat(text.Select(c => $"\\u{(int)c:X4}"))}\"",
        object?[] items => $"[ {string.Join(" ,\t", items.Select(WriteStrangely))}\r\n]",
        Dictionary<string, object?> members =>
            $" {{ {string.Join(" , ", members.Reverse().Select(member => $"{WriteStrangely(member.Key)} :\n{WriteStrangely(member.Value)}"))} }} ",
        _ => WritePlainly(value),
    };
}
