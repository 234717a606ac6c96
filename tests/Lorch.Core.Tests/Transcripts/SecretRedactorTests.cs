using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Lorch.Core.Transcripts;

namespace Lorch.Core.Tests.Transcripts;

public sealed class SecretRedactorTests
{
    private const string Secret = "p/ss+w\"rd=ä 1";

    private readonly SecretRedactor _redactor = new([Secret, "abcdef", "defghi", "short"]);

    [Theory]
    [InlineData("no secret here")]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("abcde")]
    public void Leaves_other_texts_alone(string text) => Assert.Same(text, _redactor.Redact(text));

    [Theory]
    [InlineData("abcdef", "***")]
    [InlineData("<abcdef>abcdef<", "<***>***<")]
    [InlineData("xabcdefy", "x***y")]
    [InlineData("ababcdef", "ab***")]
    [InlineData("abcdefghi!", "***!")]
    [InlineData("p/ss+w\"rd=ä 1", "***")]
    public void Replaces_known_values_wherever_they_stand(string text, string expected) =>
        Assert.Equal(expected, _redactor.Redact(text));

    [Fact]
    public void Replaces_a_value_as_JSON_writes_it()
    {
        var strict = JsonSerializer.Serialize(Secret);
        var relaxed = $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(Secret)}\"";

        Assert.NotEqual(strict, relaxed);
        Assert.Equal("\"***\"", _redactor.Redact(strict));
        Assert.Equal("\"***\"", _redactor.Redact(relaxed));
        Assert.Equal("\"***\"", _redactor.Redact("\"p\\/ss+w\\\"rd=ä 1\""));
    }

    [Fact]
    public void Replaces_a_value_as_a_URL_writes_it()
    {
        var escaped = Uri.EscapeDataString(Secret);

        Assert.Equal("?a=***&b", _redactor.Redact($"?a={escaped}&b"));
        Assert.Equal("?a=***&b", _redactor.Redact($"?a={escaped.Replace("%20", "+", StringComparison.Ordinal)}&b"));
        Assert.Equal("?a=***&b", _redactor.Redact("?a=p%2fss%2bw%22rd%3d%c3%a4%201&b"));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("u:", "")]
    [InlineData("me:", "")]
    [InlineData("name:", " and more")]
    [InlineData("someone:", "\n")]
    public void Replaces_a_value_in_Base64_wherever_it_stands_in_it(string before, string after)
    {
        var secret = "correct-horse-battery";
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(before + secret + after));

        var redacted = new SecretRedactor([secret]).Redact($"Basic {encoded}");

        // 21 bytes are 28 characters, of which the first may hold bits of the byte before.
        Assert.Single(redacted.Split("***")[1..]);
        Assert.InRange(encoded.Length - redacted.Replace("***", "", StringComparison.Ordinal).Length + "Basic ".Length, 27, 28);
    }

    [Fact]
    public void Replaces_a_value_of_several_lines_line_by_line()
    {
        var redactor = new SecretRedactor(["first line of it\nsecond line of it\n"]);

        Assert.Equal("x *** y", redactor.Redact("x second line of it y"));
        Assert.Equal("{\"a\":\"***\"}", redactor.Redact("{\"a\":\"first line of it\\nsecond line of it\"}"));
    }

    [Theory]
    [InlineData("key sk-proj-Ab12Cd34Ef56Gh78 end", "key *** end")]
    [InlineData("sk-ant-api03-AbCdEfGhIjKlMnOp_-", "***")]
    [InlineData("\\nsk-Ab12Cd34Ef56Gh78", "\\n***")]
    [InlineData("\\u0022sk-Ab12Cd34Ef56Gh78\\u0022", "\\u0022***\\u0022")]
    [InlineData("key%3Dsk-Ab12Cd34Ef56Gh78", "key%3D***")]
    [InlineData("\u001b[32msk-Ab12Cd34Ef56Gh78", "\u001b[32m***")]
    [InlineData("ghp_0123456789abcdefghijABCDEFGHIJ012345", "***")]
    [InlineData("gho_0123456789abcdefghijABCDEFGHIJ012345", "***")]
    [InlineData("github_pat_0123456789abcdefghij_ABCDEF", "***")]
    [InlineData("id=AKIAIOSFODNN7EXAMPLE.", "id=***.")]
    [InlineData("xoxb-0123456789-abcdef", "***")]
    [InlineData("AIzaSyA0123456789abcdefghijklmnopqrstuv", "***")]
    [InlineData("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl!", "Bearer ***!")]
    [InlineData("a -----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- b", "a *** b")]
    [InlineData("a -----BEGIN OPENSSH PRIVATE KEY-----\\nb3Bl\\n", "a ***")]
    public void Replaces_tokens_by_their_shape(string text, string expected) => Assert.Equal(expected, _redactor.Redact(text));

    [Theory]
    [InlineData("corr-task-implement-changes-000001")]
    [InlineData("disk-usage-0123456789-report")]
    [InlineData("sk-learn-pipeline-with-steps")]
    [InlineData("sk-short1")]
    [InlineData("ghp_short")]
    [InlineData("AKIASHORT")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9 is a header")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----")]
    [InlineData("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void Leaves_what_only_resembles_a_token(string text) => Assert.Same(text, new SecretRedactor([]).Redact(text));

    [Fact]
    public void Takes_the_variables_whose_names_look_secret()
    {
        var variables = new Dictionary<string, string> { ["DEPLOY_TOKEN"] = "hunter2hunter2", ["BUILD_FOLDER"] = "somewhere" };

        var redactor = SecretRedactor.ForEnvironment(variables, SecretNames.LooksSecret);

        Assert.Equal("*** in somewhere", redactor.Redact("hunter2hunter2 in somewhere"));
    }

    [Theory]
    [InlineData("cut at hunter2", "cut at ***")]
    [InlineData("cut at hunter", "cut at ***")]
    [InlineData("cut at hunte", "cut at hunte")]
    [InlineData("cut at aHVudGVy", "cut at ***")]
    [InlineData("hunter2 goes on", "hunter2 goes on")]
    public void Takes_the_beginning_of_a_secret_at_the_end_of_a_text_for_one_that_was_cut(string text, string expected) =>
        Assert.Equal(expected, new SecretRedactor(["hunter2hunter2"]).Redact(text));

    [Theory]
    [InlineData("a")]
    [InlineData("aaaaab")]
    [InlineData("sk-")]
    [InlineData("eyJ")]
    [InlineData("eyJa.")]
    [InlineData("AIza")]
    [InlineData("xoxb-")]
    [InlineData("github_pat_")]
    [InlineData("-----BEGIN ")]
    [InlineData("-----BEGIN PRIVATE KEY")]
    public async Task Looks_at_each_character_a_bounded_number_of_times(string hostile)
    {
        var redactor = new SecretRedactor([new string('a', 5000), new string('a', 4000) + "b"]);
        var text = string.Concat(Enumerable.Repeat(hostile, 2_000_000 / hostile.Length));

        // Quadratic work on two million characters would take hours: the limit is a hang guard.
        var redacting = Task.Run(() => redactor.Redact(text), TestContext.Current.CancellationToken);

        await redacting.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }
}
