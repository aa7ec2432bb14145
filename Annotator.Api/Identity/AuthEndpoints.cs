using System.Globalization;
using System.Security.Claims;
using Annotator.Api.Errors;
using Annotator.Core.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Annotator.Api.Identity;

internal sealed record LoginRequest(string? Username, string? Email, string? Password);

/// <param name="Key">For <c>Authorization: Token</c>; shown this once.</param>
internal sealed record LoginAnswer(string Key);

internal sealed record Detail([property: System.Text.Json.Serialization.JsonPropertyName("detail")] string Text);

internal sealed record RegisterRequest(string? Username, string? Email, string? Password1, string? Password2, string? FirstName, string? LastName);

internal sealed record RegisterAnswer(string Username, string Email, string FirstName, string LastName, bool EmailVerificationRequired, string? Key);

internal sealed record PasswordChangeRequest(string? OldPassword, string? NewPassword1, string? NewPassword2);

/// <summary>Signing in and out, registering, passwords.</summary>
internal static class AuthEndpoints
{
    public static void MapAuth(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/auth").WithTags("Auth").WithMetadata(new IgnoreOrganization());
        auth.MapPost("/login", LoginAsync).WithName("auth_create_login").AllowAnonymous();
        auth.MapPost("/logout", LogoutAsync).WithName("auth_create_logout");
        auth.MapPost("/register", RegisterAsync).WithName("auth_create_register").AllowAnonymous();
        auth.MapPost("/password/change", ChangePasswordAsync).WithName("auth_create_password_change").WithMetadata(new RefusePersonalTokens());
        auth.MapPost("/password/reset", NoMail).WithName("auth_create_password_reset").AllowAnonymous();
        auth.MapPost("/password/reset/confirm", NoMail).WithName("auth_create_password_reset_confirm").AllowAnonymous();
    }

    /// <summary>429 with the seconds to wait.</summary>
    public static ProblemHttpResult TooMany(HttpContext http, TimeSpan retryAfter)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds));
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Problems.Of(StatusCodes.Status429TooManyRequests, "urn:annotator:too-many-requests", $"Too many attempts. Try again in {seconds} seconds.");
    }

    private static async Task<Results<Ok<LoginAnswer>, ProblemHttpResult>> LoginAsync(
        LoginRequest body, PasswordSignIn signIn, UserManager<User> users, LoginKeys keys, TimeProvider time, HttpContext http, CancellationToken cancel)
    {
        if (RequestOrigin.IsForeign(http.Request))
        {
            return Problems.Of(StatusCodes.Status403Forbidden, "urn:annotator:csrf", "CSRF Failed: the request comes from another site.");
        }

        var name = string.IsNullOrEmpty(body.Username) ? body.Email : body.Username;
        var checks = new Checks();
        checks.Required(string.IsNullOrEmpty(body.Email) ? "username" : "email", name, 254);
        checks.Required("password", body.Password, 256);
        if (!checks.Passed)
        {
            return checks.Problem();
        }

        var outcome = await signIn.CheckAsync(name!, body.Password!, remember: false, http);
        if (outcome.RetryAfter is { } wait)
        {
            return TooMany(http, wait);
        }

        if (outcome.User is not { } user)
        {
            return Problems.Invalid("non_field_errors", "Unable to log in with provided credentials.");
        }

        user.LastLogin = time.GetUtcNow();
        await users.UpdateAsync(user);
        var key = await keys.CreateAsync(user.Id, cancel);
        await Session.StartAsync(http, user, key.Id);
        return TypedResults.Ok(new LoginAnswer(key.Key));
    }

    private static async Task<Ok<Detail>> LogoutAsync(CurrentUser user, LoginKeys keys, HttpContext http, CancellationToken cancel)
    {
        var key = user.Method == AuthenticationMethod.LoginToken ? user.TokenId : SessionKey(http);
        if (key is { } id)
        {
            await keys.RevokeAsync(id, cancel);
        }

        await Session.EndAsync(http);
        return TypedResults.Ok(new Detail("Successfully logged out."));
    }

    private static async Task<Results<Created<RegisterAnswer>, ProblemHttpResult>> RegisterAsync(
        RegisterRequest body,
        UserManager<User> users,
        LoginKeys keys,
        SignInLimits limits,
        IOptions<IdentityPolicy> policy,
        TimeProvider time,
        HttpContext http,
        CancellationToken cancel)
    {
        // An administrator makes accounts for others, and stays signed in as him- or herself.
        var byAdministrator = http.User()?.IsAdmin == true;
        if (!policy.Value.AllowRegistration && !byAdministrator)
        {
            return Problems.Forbidden("Registration is closed here. Ask an administrator for an account.");
        }

        if (RequestOrigin.IsForeign(http.Request))
        {
            return Problems.Forbidden("CSRF Failed: the request comes from another site.");
        }

        TimeSpan? wait = null;
        if (!byAdministrator && !limits.TryAcquire(http.Connection.RemoteIpAddress?.ToString() ?? "", "register", out wait))
        {
            return TooMany(http, wait!.Value);
        }

        var checks = new Checks();
        AccountRules.Username(checks, body.Username);
        checks.That(body.Username is null || body.Username.Length >= 5, "username", "Ensure this field has at least 5 characters.");
        AccountRules.Email(checks, body.Email, required: true);
        AccountRules.Password(checks, "password1", body.Password1);
        checks.That(body.Password1 == body.Password2, "password2", "The two password fields didn't match.");
        checks.AtMost("first_name", body.FirstName, 150);
        checks.AtMost("last_name", body.LastName, 150);
        if (!checks.Passed)
        {
            return checks.Problem();
        }

        var user = new User
        {
            UserName = body.Username,
            Email = body.Email,
            FirstName = body.FirstName ?? "",
            LastName = body.LastName ?? "",
            Group = UserGroup.User,
            DateJoined = time.GetUtcNow(),
        };
        var made = await users.CreateAsync(user, body.Password1!);
        if (!made.Succeeded)
        {
            return AccountRules.Problem(made, "password1");
        }

        string? key = null;
        if (!byAdministrator)
        {
            (key, var keyId) = await keys.CreateAsync(user.Id, cancel);
            await Session.StartAsync(http, user, keyId);
        }

        return TypedResults.Created(
            "/api/users/self",
            new RegisterAnswer(user.UserName!, user.Email!, user.FirstName, user.LastName, EmailVerificationRequired: false, key));
    }

    private static async Task<Results<Ok<Detail>, ProblemHttpResult>> ChangePasswordAsync(
        PasswordChangeRequest body, CurrentUser current, UserManager<User> users, LoginKeys keys, HttpContext http, CancellationToken cancel)
    {
        var checks = new Checks();
        checks.Required("old_password", body.OldPassword, 256);
        AccountRules.Password(checks, "new_password1", body.NewPassword1);
        checks.That(body.NewPassword1 == body.NewPassword2, "new_password2", "The two password fields didn't match.");
        if (!checks.Passed)
        {
            return checks.Problem();
        }

        var user = await users.FindByIdAsync(current.Id.ToString(CultureInfo.InvariantCulture));
        var changed = await users.ChangePasswordAsync(user!, body.OldPassword!, body.NewPassword1!);
        if (!changed.Succeeded)
        {
            return changed.Errors.Any(error => error.Code == "PasswordMismatch")
                ? Problems.Invalid("old_password", "Your old password was entered incorrectly. Please enter it again.")
                : AccountRules.Problem(changed, "new_password2");
        }

        await keys.DeleteAllAsync(current.Id, cancel);
        if (current.Method == AuthenticationMethod.Session)
        {
            // The stamp has changed and ended every session; the one that asked goes on with a new one.
            var key = await keys.CreateAsync(current.Id, cancel);
            await Session.StartAsync(http, user!, key.Id);
        }

        return TypedResults.Ok(new Detail("New password has been saved."));
    }

    private static ProblemHttpResult NoMail() =>
        Problems.Of(
            StatusCodes.Status501NotImplemented,
            "urn:annotator:no-mail",
            "This server sends no mail, so it cannot reset passwords by itself. Ask an administrator to set a new one.");

    private static int? SessionKey(HttpContext http) =>
        int.TryParse(http.User.FindFirstValue(Schemes.LoginKeyClaim), CultureInfo.InvariantCulture, out var id) ? id : null;
}
