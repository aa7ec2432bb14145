using System.CommandLine;
using Annotator.Cli.Output;
using Annotator.Client.Identity;

namespace Annotator.Cli.Server;

/// <summary><c>annotator user</c></summary>
internal static class UserCommands
{
    private static readonly string[] _groups = ["worker", "user", "business", "admin"];

    public static Command Create()
    {
        var command = new Command("user", "Accounts; most of this is for administrators") { List(), Show(), CreateOne(), Update(), Delete() };
        command.Aliases.Add("users");
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "List users");
        var options = new ListOptions(command);
        return command.Speaking(async (context, client, cancel) => context.List(
            await options.ReadAsync(context, client.Users.ListAsync, new Dictionary<string, string?>(), cancel),
            new TextTable("id", "username", "name", "email", "groups", "active"),
            user => [user.Id, user.Username, user.DisplayName, user.Email, string.Join(", ", user.Groups), user.IsActive ? "yes" : "no"]));
    }

    private static Command Show()
    {
        var id = new Argument<int>("ID");
        return new Command("show", "Show one user") { id }.Speaking(async (context, client, cancel) =>
        {
            var user = await client.Users.GetAsync(context.Get(id), cancel);
            return context.One(
                user,
                ("id", user.Id), ("username", user.Username), ("name", user.DisplayName), ("email", user.Email), ("groups", string.Join(", ", user.Groups)), ("active", user.IsActive ? "yes" : "no"), ("last login", user.LastLogin));
        });
    }

    private static Command CreateOne()
    {
        var username = new Argument<string>("USERNAME");
        var email = new Option<string>("--email") { Description = "The user's e-mail address", Required = true };
        var group = new Option<string?>("--group") { Description = "What the user may do" };
        group.AcceptOnlyFromAmong(_groups);
        var first = new Option<string?>("--first-name") { Description = "The first name" };
        var last = new Option<string?>("--last-name") { Description = "The last name" };
        var passwordStdin = new Option<bool>("--password-stdin") { Description = "Read the new password from standard input" };
        return new Command("create", "Make an account") { username, email, group, first, last, passwordStdin }.SigningIn(async (context, client, cancel) =>
        {
            var user = await client.Users.CreateAsync(new NewAccount
            {
                Username = context.Get(username),
                Email = context.Get(email)!,
                Group = context.Get(group),
                FirstName = context.Get(first),
                LastName = context.Get(last),
                Password = context.Get(passwordStdin) ? Person.Piped(context, "new password") : Person.Secret(context, "new password", "--password-stdin"),
            }, cancel);
            return context.Done(user, $"User {user.Id} was made: {user.Username}");
        });
    }

    private static Command Update()
    {
        var id = new Argument<int>("ID");
        var changes = new Changes().Text("--email", "email").Text("--first-name", "first_name").Text("--last-name", "last_name").Truth("--active", "is_active", "Whether the user may sign in");
        return changes.AddTo(new Command("update", "Change an account") { id }).SigningIn(async (context, client, cancel) =>
        {
            var user = await client.Users.UpdateAsync(context.Get(id), await changes.ReadAsync(context, client, cancel), cancel);
            return context.Done(user, $"User {user.Id} was changed.");
        });
    }

    private static Command Delete() => Deleting.Command("user", "Delete accounts", (client, id, cancel) => client.Users.DeleteAsync(id, cancel), signIn: true);
}
