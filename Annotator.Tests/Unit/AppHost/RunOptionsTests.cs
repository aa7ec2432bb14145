using Annotator.AppHost.Local.Running;

namespace Annotator.Tests.Unit.AppHost;

public sealed class RunOptionsTests
{
    [Fact]
    public void Every_option_is_understood()
    {
        var options = RunOptions.Parse(["--data", "/tmp/here", "--reset", "--port", "8080", "--host", "0.0.0.0", "--blobs", "azurite", "--verbose"]);

        Assert.Equal(new RunOptions("/tmp/here", Reset: true, Port: 8080, Host: "0.0.0.0", Azurite: true, Verbose: true, Help: false), options);
    }

    [Theory]
    [InlineData("--port", "0")]
    [InlineData("--port", "65536")]
    [InlineData("--port", "http")]
    [InlineData("--blobs", "s3")]
    [InlineData("--prot", "8080")]
    public void A_wrong_option_is_refused_by_name(string name, string value)
    {
        var refusal = Assert.Throws<RunFailedException>(() => RunOptions.Parse([name, value]));

        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_option_without_its_value_is_refused()
    {
        Assert.Throws<RunFailedException>(() => RunOptions.Parse(["--data"]));
    }
}
