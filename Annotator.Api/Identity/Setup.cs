using System.Security.Cryptography;
using System.Text;
using Annotator.Api.Errors;
using Annotator.Core;
using Annotator.Core.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Annotator.Api.Identity;

/// <summary>Configuration section <c>Setup</c>: the secret in the one-time link that the app host prints.</summary>
internal sealed class SetupOptions
{
    public const string Section = "Setup";

    /// <summary>Empty: the link is off, and the administrator comes from the environment.</summary>
    public string Token { get; init; } = "";
}

/// <param name="Needed">Whether the installation still waits for its first administrator.</param>
/// <param name="PasswordLength">Characters that their password must have at least.</param>
internal sealed record SetupStatus(bool Needed, int PasswordLength);

internal sealed record SetupRequest(string? Token, string? Username, string? Email, string? Password, string? Organization);

/// <summary>
/// Makes the first administrator, exactly once: the row <see cref="InstanceSetting.FirstAdministrator"/> can be inserted by one of
/// several requests or replicas only, and it goes in with the account.
/// </summary>
internal sealed class FirstAdministrator(AnnotatorDbContext db, UserManager<User> users, TimeProvider time)
{
    public async Task<bool> IsNeededAsync(CancellationToken cancel) =>
        !await db.Users.AnyAsync(user => user.Group == UserGroup.Admin, cancel);

    /// <summary>Null when somebody else was first; otherwise the user, or why the account could not be made.</summary>
    public async Task<(User User, IdentityResult Result)?> CreateAsync(string username, string email, string password, string organization, CancellationToken cancel)
    {
        var strategy = db.Database.CreateExecutionStrategy();
        return await strategy.ExecuteAsync(() => TryCreateAsync(username, email, password, organization, cancel));
    }

    private async Task<(User User, IdentityResult Result)?> TryCreateAsync(
        string username, string email, string password, string organization, CancellationToken cancel)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended('annotator.first_administrator', 0))", cancel);
        if (!await IsNeededAsync(cancel))
        {
            return null;
        }

        var user = new User { UserName = username, Email = email, Group = UserGroup.Admin, DateJoined = time.GetUtcNow() };
        var result = await users.CreateAsync(user, password);
        if (result.Succeeded)
        {
            await SetAsync(InstanceSetting.FirstAdministrator, user.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), cancel);
            await SetAsync(InstanceSetting.Organization, organization, cancel);
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
        }

        return (user, result);
    }

    private async Task SetAsync(string key, string value, CancellationToken cancel)
    {
        var setting = await db.InstanceSettings.FindAsync([key], cancel);
        if (setting is null)
        {
            db.InstanceSettings.Add(new InstanceSetting { Key = key, Value = value });
        }
        else
        {
            setting.Value = value;
        }
    }
}

internal static class SetupEndpoints
{
    public static void MapSetup(this IEndpointRouteBuilder routes)
    {
        var setup = routes.MapGroup("/setup").WithTags("Setup").AllowAnonymous().WithMetadata(new IgnoreOrganization());
        setup.MapGet("/", ReadAsync).WithName("setup_retrieve");
        setup.MapPost("/", CreateAsync).WithName("setup_create");
    }

    private static async Task<Ok<SetupStatus>> ReadAsync(FirstAdministrator administrator, IOptions<IdentityPolicy> policy, CancellationToken cancel) =>
        TypedResults.Ok(new SetupStatus(await administrator.IsNeededAsync(cancel), policy.Value.PasswordLength));

    private static async Task<Results<Created<LoginAnswer>, ProblemHttpResult>> CreateAsync(
        SetupRequest body,
        FirstAdministrator administrator,
        SignInLimits limits,
        LoginKeys keys,
        IOptions<SetupOptions> options,
        HttpContext http,
        CancellationToken cancel)
    {
        if (!limits.TryAcquire(http.Connection.RemoteIpAddress?.ToString() ?? "", "setup", out var retryAfter))
        {
            return AuthEndpoints.TooMany(http, retryAfter!.Value);
        }

        if (RequestOrigin.IsForeign(http.Request) || !IsToken(body.Token, options.Value.Token))
        {
            return Problems.Forbidden("The set-up link is not valid. The server prints a valid one when it starts and no administrator exists yet.");
        }

        var checks = new Checks();
        AccountRules.Username(checks, body.Username);
        AccountRules.Email(checks, body.Email, required: true);
        AccountRules.Password(checks, "password", body.Password);
        checks.AtMost("organization", body.Organization, 128);
        if (!checks.Passed)
        {
            return checks.Problem();
        }

        var made = await administrator.CreateAsync(body.Username!, body.Email!, body.Password!, body.Organization?.Trim() ?? "", cancel);
        if (made is null)
        {
            return Problems.Conflict("urn:annotator:setup-done", "This installation has its administrator already. Sign in instead.");
        }

        if (!made.Value.Result.Succeeded)
        {
            return AccountRules.Problem(made.Value.Result, "password");
        }

        var key = await keys.CreateAsync(made.Value.User.Id, cancel);
        await Session.StartAsync(http, made.Value.User, key.Id);
        return TypedResults.Created("/api/users/self", new LoginAnswer(key.Key));
    }

    private static bool IsToken(string? sent, string expected) =>
        expected.Length > 0
        && sent is not null
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(sent)), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));
}

/// <summary>
/// Makes the administrator named by <c>ANNOTATOR_ADMIN_USERNAME</c> and <c>ANNOTATOR_ADMIN_PASSWORD</c> when the server starts and
/// none exists. It changes nothing where one does: the variables may stay set.
/// </summary>
internal sealed partial class AdministratorFromEnvironment(
    IServiceScopeFactory scopes,
    IConfiguration configuration,
    ILogger<AdministratorFromEnvironment> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var username = configuration["ANNOTATOR_ADMIN_USERNAME"];
        var password = configuration["ANNOTATOR_ADMIN_PASSWORD"];
        if (string.IsNullOrEmpty(username) || string.IsNullOrEmpty(password))
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var administrator = scope.ServiceProvider.GetRequiredService<FirstAdministrator>();
        if (!await administrator.IsNeededAsync(cancellationToken))
        {
            return;
        }

        var email = configuration["ANNOTATOR_ADMIN_EMAIL"] is { Length: > 0 } given ? given : $"{username}@localhost";
        var made = await administrator.CreateAsync(username, email, password, "", cancellationToken);
        if (made is { Result.Succeeded: false } failed)
        {
            // A half-configured server that nobody can enter must not look healthy.
            throw new InvalidOperationException(
                $"The administrator of ANNOTATOR_ADMIN_USERNAME could not be made: {string.Join(' ', failed.Result.Errors.Select(error => error.Description))}");
        }

        if (made is not null)
        {
            Made(logger, username);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "Administrator {Username} was made from the environment.")]
    private static partial void Made(ILogger logger, string username);
}
