using System.CommandLine;
using Annotator.Cli.Output;
using Annotator.Client;

namespace Annotator.Cli.Server;

/// <summary>Options that each set one field of an object; only those that are named change anything.</summary>
internal sealed class Changes
{
    private readonly List<(Option<string?> Option, string Field, Func<AnnotatorClient, string, CancellationToken, Task<object?>> Read)> _fields = [];

    public Changes Text(string option, string field, string? description = null, params string[] values)
    {
        var made = new Option<string?>(option) { Description = description ?? $"A new {option[2..].Replace('-', ' ')}" };
        if (values.Length > 0)
        {
            made.AcceptOnlyFromAmong(values);
        }

        _fields.Add((made, field, (_, text, _) => Task.FromResult<object?>(text)));
        return this;
    }

    public Changes Truth(string option, string field, string description)
    {
        var made = new Option<string?>(option) { Description = description, HelpName = "true|false" };
        made.AcceptOnlyFromAmong("true", "false");
        _fields.Add((made, field, (_, text, _) => Task.FromResult<object?>(text == "true")));
        return this;
    }

    /// <summary>A user by name or number; <c>nobody</c> for none.</summary>
    public Changes User(string option, string field)
    {
        _fields.Add((new Option<string?>(option) { Description = "A user's name or number, or nobody", HelpName = "USER" }, field, async (client, text, cancel) => await Users.FindAsync(client, text, cancel)));
        return this;
    }

    /// <summary>Whether any of the options is there.</summary>
    public bool Any(CommandContext context) => _fields.Exists(field => context.Has(field.Option));

    public Command AddTo(Command command)
    {
        foreach (var (option, _, _) in _fields)
        {
            command.Add(option);
        }

        return command;
    }

    /// <exception cref="CommandException">Nothing is to be changed.</exception>
    public async Task<IReadOnlyDictionary<string, object?>> ReadAsync(CommandContext context, AnnotatorClient client, CancellationToken cancel)
    {
        var changes = new Dictionary<string, object?>();
        foreach (var (option, field, read) in _fields.Where(field => context.Has(field.Option)))
        {
            changes[field] = await read(client, context.Get(option)!, cancel);
        }

        return changes.Count > 0 ? changes : throw CommandException.BadUsage($"Nothing to change: use {string.Join(", ", _fields.Select(field => field.Option.Name))}.");
    }
}

/// <summary>Finds the user that somebody means.</summary>
internal static class Users
{
    /// <summary>The number; null for <c>nobody</c>.</summary>
    /// <exception cref="CommandException">There is no such user.</exception>
    public static async Task<int?> FindAsync(AnnotatorClient client, string text, CancellationToken cancel)
    {
        if (text == "nobody")
        {
            return null;
        }

        var found = await client.Users.ListAsync(new ListQuery { Search = text, PageSize = 100 }, cancel);
        return found.Results.FirstOrDefault(user => user.Username.Equals(text, StringComparison.OrdinalIgnoreCase))?.Id
            ?? (int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var id) ? id : throw CommandException.NotFound($"There is no user {text}."));
    }
}

/// <summary>Commands that delete, which ask first.</summary>
internal static class Deleting
{
    public static Command Command(string what, string description, Func<AnnotatorClient, int, CancellationToken, Task> delete, bool signIn = false)
    {
        var ids = new Argument<int[]>("ID") { Arity = ArgumentArity.OneOrMore };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask" };
        var command = new Command("delete", description) { ids, yes };
        return signIn ? command.SigningIn(DeleteAsync) : command.Speaking(DeleteAsync);

        async Task<int> DeleteAsync(CommandContext context, AnnotatorClient client, CancellationToken cancel)
        {
            var numbers = string.Join(", ", context.Get(ids));
            Person.Confirm(context, context.Get(yes), $"Delete {what} {numbers}?");
            foreach (var id in context.Get(ids))
            {
                await delete(client, id, cancel);
            }

            return context.Done(new { Deleted = context.Get(ids) }, $"Deleted {what} {numbers}.");
        }
    }
}
