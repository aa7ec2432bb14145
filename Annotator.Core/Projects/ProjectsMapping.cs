using Annotator.Core.CloudStorages;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Annotator.Core.Projects;

internal sealed class ProjectMapping : IEntityTypeConfiguration<Project>
{
    public void Configure(EntityTypeBuilder<Project> builder)
    {
        builder.Property(project => project.Name).HasMaxLength(256);
        builder.Property(project => project.BugTracker).HasMaxLength(2000);
        builder.Property(project => project.RowVersion).IsRowVersion();
        builder.HasOne(project => project.Owner).WithMany().HasForeignKey(project => project.OwnerId).OnDelete(DeleteBehavior.SetNull);
        builder.HasOne<CloudStorage>().WithMany().HasForeignKey(project => project.TargetCloudStorageId).OnDelete(DeleteBehavior.SetNull);
        builder.HasOne<CloudStorage>().WithMany().HasForeignKey(project => project.SourceCloudStorageId).OnDelete(DeleteBehavior.SetNull);
        builder.HasOne(project => project.Assignee).WithMany().HasForeignKey(project => project.AssigneeId).OnDelete(DeleteBehavior.SetNull);
    }
}

internal sealed class LabelMapping : IEntityTypeConfiguration<Label>
{
    public void Configure(EntityTypeBuilder<Label> builder)
    {
        builder.Property(label => label.Name).HasMaxLength(64);
        builder.Property(label => label.Color).HasMaxLength(8);
        builder.Property(label => label.Type).HasMaxLength(32);
        builder.HasOne(label => label.Project).WithMany(project => project.Labels).HasForeignKey(label => label.ProjectId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(label => label.Task).WithMany(task => task.Labels).HasForeignKey(label => label.TaskId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(label => label.Parent).WithMany(label => label.Sublabels).HasForeignKey(label => label.ParentId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(label => new { label.ProjectId, label.TaskId, label.ParentId, label.Name }).IsUnique().AreNullsDistinct(false);
    }
}

internal sealed class LabelAttributeMapping : IEntityTypeConfiguration<LabelAttribute>
{
    public void Configure(EntityTypeBuilder<LabelAttribute> builder)
    {
        builder.Property(attribute => attribute.Name).HasMaxLength(64);
        builder.Property(attribute => attribute.DefaultValue).HasMaxLength(128);
        builder.HasOne(attribute => attribute.Label).WithMany(label => label.Attributes).HasForeignKey(attribute => attribute.LabelId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(attribute => new { attribute.LabelId, attribute.Name }).IsUnique();
    }
}
