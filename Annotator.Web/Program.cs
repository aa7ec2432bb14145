using Annotator.ServiceDefaults;
using Annotator.Web;
using Annotator.Web.Identity;
using Annotator.Web.Jobs;
using Annotator.Web.Proxy;
using Annotator.Web.Tasks;
using MudBlazor.Services;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseStaticWebAssets();
builder.AddServiceDefaults();
builder.AddTrustedProxies(TrustedProxies.Configured(builder.Configuration) is { Count: > 0 } trusted ? trusted : TrustedProxies.Loopback);
builder.AddApiProxy();
builder.AddApiSession();
builder.Services.AddMudServices();
builder.Services.AddHttpContextAccessor();
builder.Services.AddScoped<TaskNames>();
builder.Services.AddRazorComponents()
    .AddInteractiveServerComponents()
    .AddHubOptions(hub => hub.MaximumReceiveMessageSize = CircuitLimits.MaxMessageBytes)
    .RegisterPersistentService<BrowserSession>(Microsoft.AspNetCore.Components.Web.RenderMode.InteractiveServer);

builder.Services.AddAntiforgery(options => options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);

var app = builder.Build();
app.UseForwardedHeaders();
app.UseSecurityHeaders();
app.UseExceptionHandler("/error", createScopeForErrors: true);
app.UseWhen(ApiProxy.IsOurs, pages => pages.UseStatusCodePagesWithReExecute("/not-found"));
app.UseRouting();
app.UseAuthentication();
app.UseAuthorization();
app.UseAntiforgery();
app.MapDefaultEndpoints();
app.MapApiProxy();
app.MapStaticAssets().AllowAnonymous();
app.MapSignOut();
app.MapJobPage();
app.MapRazorComponents<App>()
    .AddInteractiveServerRenderMode(server => server.ContentSecurityFrameAncestorsPolicy = null);
app.Run();
