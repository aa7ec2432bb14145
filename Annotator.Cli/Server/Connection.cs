using System.CommandLine;
using Annotator.Cli.Output;
using Annotator.Client;

namespace Annotator.Cli.Server;

/// <summary>The options by which a command finds its server, and the way there.</summary>
internal static class Connection
{
    public static Option<string?> Server { get; } = new("--server", "-s") { Description = "The server's address; else ANNOTATOR_SERVER, else that of the profile", HelpName = "URL" };

    public static Option<string> ProfileName { get; } = new("--profile") { Description = "Which sign-in to use", HelpName = "NAME", DefaultValueFactory = _ => Profiles.DefaultName };

    /// <summary>Adds what every command takes that speaks to a server.</summary>
    public static Command Speaking(this Command command, Func<CommandContext, AnnotatorClient, CancellationToken, Task<int>> action)
    {
        command.Add(Server);
        command.Add(ProfileName);
        return command.Doing(async (context, cancel) =>
        {
            var (server, token) = Find(context);
            return await SpeakAsync(context, server, http => action(context, AnnotatorClient.WithToken(http, token), cancel), cancel);
        });
    }

    /// <summary>The same for what the server lets nobody do by a token: the password is asked for, and good for this one command.</summary>
    public static Command SigningIn(this Command command, Func<CommandContext, AnnotatorClient, CancellationToken, Task<int>> action)
    {
        var ownPassword = new Option<bool>("--own-password-stdin") { Description = "Read one's own password from standard input, before anything else" };
        command.Add(Server);
        command.Add(ProfileName);
        command.Add(ownPassword);
        return command.Doing(async (context, cancel) =>
        {
            var (server, token) = Find(context);
            return await SpeakAsync(context, server, async http =>
            {
                var self = await AnnotatorClient.WithToken(http, token).Users.SelfAsync(cancel);
                var password = context.Get(ownPassword) ? Person.Piped(context, "password") : Person.Secret(context, $"password of {self.Username}", "--own-password-stdin");
                var client = await LoginCommand.SignInAsync(http, self.Username, password, cancel);
                try
                {
                    return await action(context, client, cancel);
                }
                finally
                {
                    await client.Auth.LogoutAsync(CancellationToken.None);
                }
            }, cancel);
        });
    }

    /// <summary>Speaks to a server; one that cannot be reached is named.</summary>
    public static async Task<T> SpeakAsync<T>(CommandContext context, Uri server, Func<HttpClient, Task<T>> action, CancellationToken cancel)
    {
        using var http = context.Host.Connect(server);
        try
        {
            return await action(http);
        }
        catch (HttpRequestException error)
        {
            throw new CommandException(ExitCodes.ServerUnavailable, $"{server} cannot be reached: {error.Message}");
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CommandException(ExitCodes.ServerUnavailable, $"{server} does not answer.");
        }
    }

    /// <exception cref="CommandException">It is no address of a server.</exception>
    public static Uri Address(string text)
    {
        var whole = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        return Uri.TryCreate(whole.TrimEnd('/') + "/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw CommandException.BadUsage($"\"{text}\" is no address of a server, such as https://annotator.example.org.");
    }

    private static (Uri Server, string Token) Find(CommandContext context)
    {
        var name = context.Get(ProfileName)!;
        var given = context.Get(Server) ?? context.Host.Environment("ANNOTATOR_SERVER");
        if (context.Host.Environment("ANNOTATOR_TOKEN") is { Length: > 0 } token)
        {
            return (Address(given is { Length: > 0 } ? given : Profiles.Of(context.Host).Read().GetValueOrDefault(name)?.Server
                ?? throw new CommandException(ExitCodes.BadUsage, "ANNOTATOR_TOKEN is set, but no server is named: set ANNOTATOR_SERVER too, or use --server.")), token);
        }

        var profiles = Profiles.Of(context.Host).Read();
        if (!profiles.TryGetValue(name, out var profile))
        {
            throw new CommandException(ExitCodes.NotPermitted, $"Not signed in{(name == Profiles.DefaultName ? "" : $" as {name}")}: run annotator login SERVER, or set ANNOTATOR_SERVER and ANNOTATOR_TOKEN.");
        }

        // A token is for the server that gave it.
        return given is not { Length: > 0 } || Address(given) == Address(profile.Server)
            ? (Address(profile.Server), profile.Token)
            : throw new CommandException(ExitCodes.NotPermitted, $"The profile {name} is for {profile.Server}, not for {given}: run annotator login {given} --profile NAME.");
    }
}
