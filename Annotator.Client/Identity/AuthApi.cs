using System.Net.Http.Json;

namespace Annotator.Client.Identity;

/// <summary>What a successful sign-in answers: the token, and the cookies for a browser.</summary>
public sealed record SignInResult(string Key, IReadOnlyList<string> SetCookies);

/// <summary>Sign-in, sign-out, password, personal access tokens.</summary>
public sealed class AuthApi
{
    private readonly ApiConnection _api;

    internal AuthApi(ApiConnection api) => _api = api;

    public async Task<SignInResult> LoginAsync(string username, string password, CancellationToken cancel)
    {
        using var response = await _api.SendAsync(HttpMethod.Post, "api/auth/login", ApiConnection.JsonBody(new { username, password }), cancel);
        var token = await response.Content.ReadFromJsonAsync<LoginReply>(ApiConnection.Json, cancel);
        return new SignInResult(token?.Key ?? "", CookiesOf(response));
    }

    /// <summary>Ends the session. Returns the cookies that a browser must be told to forget.</summary>
    public async Task<IReadOnlyList<string>> LogoutAsync(CancellationToken cancel)
    {
        using var response = await _api.SendAsync(HttpMethod.Post, "api/auth/logout", ApiConnection.JsonBody(new { }), cancel);
        return CookiesOf(response);
    }

    /// <summary>Whether the installation still waits for its first administrator, and what is asked of them.</summary>
    public Task<SetupStatus> GetSetupAsync(CancellationToken cancel) => _api.GetAsync<SetupStatus>("api/setup", cancel);

    /// <summary>Makes the first administrator and signs them in.</summary>
    public async Task<SignInResult> SetUpAsync(FirstAdministrator administrator, CancellationToken cancel)
    {
        using var response = await _api.SendAsync(HttpMethod.Post, "api/setup", ApiConnection.JsonBody(administrator), cancel);
        var token = await response.Content.ReadFromJsonAsync<LoginReply>(ApiConnection.Json, cancel);
        return new SignInResult(token?.Key ?? "", CookiesOf(response));
    }

    public Task ChangePasswordAsync(string oldPassword, string newPassword, CancellationToken cancel) => _api.DoAsync(
        HttpMethod.Post,
        "api/auth/password/change",
        new { OldPassword = oldPassword, NewPassword1 = newPassword, NewPassword2 = newPassword },
        cancel);

    public Task<ResultPage<AccessToken>> ListTokensAsync(ListQuery query, CancellationToken cancel) =>
        _api.GetAsync<ResultPage<AccessToken>>(query.AppendTo("api/auth/access_tokens"), cancel);

    public Task<AccessToken> CreateTokenAsync(NewAccessToken token, CancellationToken cancel) =>
        _api.ReadAsync<AccessToken>(HttpMethod.Post, "api/auth/access_tokens", token, cancel);

    public Task RevokeTokenAsync(int id, CancellationToken cancel) =>
        _api.DoAsync(HttpMethod.Delete, $"api/auth/access_tokens/{id}", null, cancel);

    private static IReadOnlyList<string> CookiesOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Set-Cookie", out var values) ? [.. values] : [];

    private sealed record LoginReply(string Key);
}
