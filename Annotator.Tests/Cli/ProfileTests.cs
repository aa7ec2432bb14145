using System.Net;
using System.Text;
using Annotator.Cli;

namespace Annotator.Tests.Cli;

public sealed class ProfileTests : IDisposable
{
    private readonly CommandLine _files = new();
    private readonly List<string> _seen = [];
    private readonly Dictionary<string, string> _environment = [];
    private string _input = "";
    private HttpStatusCode _answers = HttpStatusCode.OK;

    public ProfileTests() => _environment["ANNOTATOR_CONFIG_DIR"] = _files.File("config");

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task A_login_makes_a_token_gives_up_its_key_and_keeps_the_token_for_its_owner_alone()
    {
        _input = "correct horse\n";

        var login = await RunAsync("login", "http://localhost:5080", "--username", "ann", "--password-stdin");
        var who = await RunAsync("whoami");

        Assert.Equal((ExitCodes.Done, ""), (login.Code, login.Error));
        Assert.Equal((ExitCodes.Done, "ann (user) at Annotator 1.0"), (who.Code, who.Output.Trim()));
        Assert.Equal(
            ["POST /api/auth/login ", "POST /api/auth/access_tokens Token key-1", "POST /api/auth/logout Token key-1", "GET /api/users/self Bearer ann_secret", "GET /api/users/self Bearer ann_secret", "GET /api/server/about Bearer ann_secret"],
            _seen);
        Assert.DoesNotContain("ann_secret", login.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("correct horse", await File.ReadAllTextAsync(_files.File("config/profiles.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_files.File("config/profiles.json")));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_files.File("config")));
        }
    }

    [Fact]
    public async Task A_file_with_tokens_that_others_may_read_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Files have no such modes there.");
            return;
        }

        _input = "ann_secret\n";
        await RunAsync("login", "localhost", "--token-stdin");
        File.SetUnixFileMode(_files.File("config/profiles.json"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        var (code, _, error) = await RunAsync("whoami");

        Assert.Equal(ExitCodes.NotPermitted, code);
        Assert.Contains("others may read it", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_never_goes_to_a_server_that_did_not_give_it()
    {
        _input = "ann_secret\n";
        await RunAsync("login", "localhost", "--token-stdin");
        _seen.Clear();

        var (code, _, error) = await RunAsync("whoami", "--server", "https://elsewhere.example");

        Assert.Equal(ExitCodes.NotPermitted, code);
        Assert.Contains("elsewhere.example", error, StringComparison.Ordinal);
        Assert.Empty(_seen);
    }

    [Fact]
    public async Task The_environment_stands_in_for_a_login()
    {
        var none = await RunAsync("whoami");
        _environment["ANNOTATOR_TOKEN"] = "ann_from_ci";
        var noServer = await RunAsync("whoami");
        _environment["ANNOTATOR_SERVER"] = "https://annotator.example";
        var both = await RunAsync("whoami", "--json");

        Assert.Equal((ExitCodes.NotPermitted, ExitCodes.BadUsage, ExitCodes.Done), (none.Code, noServer.Code, both.Code));
        Assert.Contains("GET /api/users/self Bearer ann_from_ci", _seen);
        Assert.False(Directory.Exists(_files.File("config")));
    }

    [Fact]
    public async Task A_logout_forgets_the_token()
    {
        _input = "ann_secret\n";
        await RunAsync("login", "localhost", "--token-stdin", "--profile", "work");

        var logout = await RunAsync("logout", "--profile", "work");
        var again = await RunAsync("logout", "--profile", "work");

        Assert.Equal((ExitCodes.Done, ExitCodes.NotFound), (logout.Code, again.Code));
        Assert.DoesNotContain("ann_secret", await File.ReadAllTextAsync(_files.File("config/profiles.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_on_its_way_unencrypted_is_warned_of()
    {
        _input = "ann_secret\n";

        var (_, _, error) = await RunAsync("login", "http://annotator.example", "--token-stdin");

        Assert.Contains("not encrypted", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, ExitCodes.NotPermitted)]
    [InlineData(HttpStatusCode.Forbidden, ExitCodes.NotPermitted)]
    [InlineData(HttpStatusCode.NotFound, ExitCodes.NotFound)]
    [InlineData(HttpStatusCode.BadRequest, ExitCodes.Failed)]
    [InlineData(HttpStatusCode.BadGateway, ExitCodes.ServerUnavailable)]
    public async Task A_refusal_of_the_server_is_one_line_and_a_code(HttpStatusCode answer, int code)
    {
        _environment["ANNOTATOR_TOKEN"] = "x";
        _environment["ANNOTATOR_SERVER"] = "https://annotator.example";
        _answers = answer;

        var (actual, output, error) = await RunAsync("project", "show", "7");

        Assert.Equal((code, ""), (actual, output));
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Nothing_is_deleted_without_a_yes()
    {
        _environment["ANNOTATOR_TOKEN"] = "x";
        _environment["ANNOTATOR_SERVER"] = "https://annotator.example";

        var unasked = await RunAsync("project", "delete", "7");
        var asked = await RunAsync("project", "delete", "7", "8", "--yes");

        Assert.Equal((ExitCodes.BadUsage, ExitCodes.Done), (unasked.Code, asked.Code));
        Assert.Equal(["DELETE /api/projects/7 Bearer x", "DELETE /api/projects/8 Bearer x"], _seen);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] args) => CommandLine.RunAsync(
        host => host with
        {
            Input = new StringReader(_input),
            Environment = _environment.GetValueOrDefault,
            Connect = server => new HttpClient(new Answers(this)) { BaseAddress = server },
        },
        args);

    private sealed class Answers(ProfileTests test) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.RequestUri!.AbsolutePath.TrimEnd('/');
            test._seen.Add($"{request.Method} {path} {request.Headers.Authorization}");
            var body = path switch
            {
                "/api/auth/login" => "{\"key\": \"key-1\"}",
                "/api/auth/access_tokens" => "{\"id\": 3, \"name\": \"x\", \"value\": \"ann_secret\"}",
                "/api/users/self" => "{\"id\": 5, \"username\": \"ann\", \"groups\": [\"user\"]}",
                "/api/server/about" => "{\"name\": \"Annotator\", \"description\": \"\", \"version\": \"1.0\"}",
                _ => "{\"detail\": \"No.\"}",
            };
            return Task.FromResult(new HttpResponseMessage(test._answers) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
        }
    }
}
