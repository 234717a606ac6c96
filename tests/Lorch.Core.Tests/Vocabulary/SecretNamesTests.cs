namespace Lorch.Core.Tests.Vocabulary;

public sealed class SecretNamesTests
{
    [Theory]
    [InlineData("OPENAI_API_KEY")]
    [InlineData("openaiApiKey")]
    [InlineData("openai-api-key")]
    [InlineData("APIKEY")]
    [InlineData("AWS_ACCESS_KEY_ID")]
    [InlineData("AWS_SECRET_ACCESS_KEY")]
    [InlineData("GITHUB_TOKEN")]
    [InlineData("githubtoken")]
    [InlineData("GITHUB_PAT")]
    [InlineData("token")]
    [InlineData("DB_PASSWORD")]
    [InlineData("PGPASSWORD")]
    [InlineData("DB_PWD")]
    [InlineData("SSH_PASSPHRASE")]
    [InlineData("client_secret")]
    [InlineData("Credentials")]
    [InlineData("Authorization")]
    [InlineData("ConnectionStrings__Default")]
    [InlineData("ENCRYPTION_KEY")]
    public void Knows_a_secret_by_its_name(string name) => Assert.True(SecretNames.LooksSecret(name));

    [Theory]
    [InlineData("")]
    [InlineData("PATH")]
    [InlineData("PWD")]
    [InlineData("OLDPWD")]
    [InlineData("HOME")]
    [InlineData("MAX_TOKENS")]
    [InlineData("TOKENIZER")]
    [InlineData("KEYBOARD")]
    [InlineData("idempotency_key")]
    [InlineData("task_key_before")]
    [InlineData("PUBLIC_KEY")]
    [InlineData("COMPASS")]
    [InlineData("model")]
    public void Leaves_other_names_alone(string name) => Assert.False(SecretNames.LooksSecret(name));
}
