using System.CommandLine;
using System.Net;
using Annotator.Client;
using Annotator.Client.Identity;

namespace Annotator.Cli.Server;

/// <summary><c>annotator login SERVER</c>, <c>logout</c> and <c>whoami</c>.</summary>
internal static class LoginCommand
{
    private const int MaxTokenName = 50;

    public static Command Create()
    {
        var server = new Argument<string>("SERVER") { Description = "The server's address, such as https://annotator.example.org" };
        var username = new Option<string?>("--username", "-u") { Description = "Who signs in; asked for where left out" };
        var passwordStdin = new Option<bool>("--password-stdin") { Description = "Read the password from standard input" };
        var tokenStdin = new Option<bool>("--token-stdin") { Description = "Read a personal access token from standard input instead of signing in" };
        var days = new Option<int>("--days") { Description = "How long the token that is made is good for", DefaultValueFactory = _ => 90 };
        var readOnly = new Option<bool>("--read-only") { Description = "Make a token that can change nothing" };
        return new Command("login", "Sign in to a server; a personal access token is made and kept for its owner's eyes only")
        {
            server, username, passwordStdin, tokenStdin, days, readOnly, Connection.ProfileName,
        }.Doing(async (context, cancel) =>
        {
            var address = Connection.Address(context.Get(server));
            if (address.Scheme == "http" && !address.IsLoopback)
            {
                await context.Host.Error.WriteLineAsync($"annotator: {address} is not encrypted: others on the way can read password and token.");
            }

            var name = context.Get(tokenStdin) ? "" : context.Get(username) ?? Person.Ask(context, "username", "--username");
            var secret = context.Get(tokenStdin) ? Person.Piped(context, "token")
                : context.Get(passwordStdin) ? Person.Piped(context, "password")
                : Person.Secret(context, "password", "--password-stdin");
            var (token, self) = await Connection.SpeakAsync(context, address, async http =>
            {
                var made = context.Get(tokenStdin)
                    ? secret
                    : await MakeTokenAsync(http, name, secret, context.Host.Time.GetUtcNow().AddDays(context.Get(days)), context.Get(readOnly), cancel);
                return (made, await AnnotatorClient.WithToken(http, made).Users.SelfAsync(cancel));
            }, cancel);
            Profiles.Of(context.Host).Write(context.Get(Connection.ProfileName)!, new Profile(address.ToString(), self.Username, token));
            if (context.Json)
            {
                context.WriteJson(new { Server = address.ToString(), self.Username, Profile = context.Get(Connection.ProfileName) });
            }
            else
            {
                context.Write($"Signed in to {address} as {self.Username}.");
            }

            return ExitCodes.Done;
        });
    }

    /// <summary>A personal token may not revoke tokens, not even itself: what has leaked shall not lock its owner out.</summary>
    public static Command CreateLogout() => new Command("logout", "Forget a sign-in on this machine") { Connection.ProfileName }.Doing((context, _) =>
    {
        var name = context.Get(Connection.ProfileName)!;
        var profiles = Profiles.Of(context.Host);
        if (!profiles.Read().TryGetValue(name, out var profile))
        {
            throw CommandException.NotFound($"There is no profile {name}.");
        }

        profiles.Write(name, null);
        return Task.FromResult(context.Done(
            new { profile.Server, Profile = name },
            $"Forgot the token for {profile.Server}. It stays good until it expires: revoke it on your profile page there to end it now."));
    });

    public static Command CreateWhoAmI() => new Command("whoami", "Tell who one is, and where").Speaking(async (context, client, cancel) =>
    {
        var self = await client.Users.SelfAsync(cancel);
        var about = await client.Server.AboutAsync(cancel);
        if (context.Json)
        {
            context.WriteJson(new { User = self, Server = about });
        }
        else
        {
            context.Write($"{self.Username} ({string.Join(", ", self.Groups)}) at {about.Name} {about.Version}");
        }

        return ExitCodes.Done;
    });

    /// <summary>A client with the key of a login, which is to be given up when the work is done.</summary>
    /// <exception cref="CommandException">Wrong name or password.</exception>
    public static async Task<AnnotatorClient> SignInAsync(HttpClient http, string username, string password, CancellationToken cancel)
    {
        try
        {
            return AnnotatorClient.WithLoginKey(http, (await new AnnotatorClient(http).Auth.LoginAsync(username, password, cancel)).Key);
        }
        catch (AnnotatorApiException refused) when (refused.Status == HttpStatusCode.BadRequest)
        {
            throw new CommandException(ExitCodes.NotPermitted, $"Cannot sign in as {username}: {refused.Message}");
        }
    }

    /// <summary>The login's own key is good for this only, and is given up at once.</summary>
    private static async Task<string> MakeTokenAsync(HttpClient http, string username, string password, DateTimeOffset expires, bool readOnly, CancellationToken cancel)
    {
        var signedIn = await SignInAsync(http, username, password, cancel);
        try
        {
            var name = $"command line on {Environment.MachineName}";
            var token = await signedIn.Auth.CreateTokenAsync(new NewAccessToken(name.Length <= MaxTokenName ? name : name[..MaxTokenName], expires, readOnly), cancel);
            return token.Value ?? throw new CommandException(ExitCodes.Failed, "The server made a token but did not say it.");
        }
        finally
        {
            await signedIn.Auth.LogoutAsync(cancel);
        }
    }
}
